/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: f5055eab87b82f038042b7768427887447004a4b */

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_strata_get, 0, 1, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, default, IS_MIXED, 0, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_strata_set, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, value, IS_MIXED, 0)
	ZEND_ARG_OBJ_TYPE_MASK(0, ttl, DateInterval, MAY_BE_NULL|MAY_BE_LONG, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, tags, IS_ARRAY, 0, "[]")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_strata_delete, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
ZEND_END_ARG_INFO()

#define arginfo_strata_has arginfo_strata_delete

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_strata_remember, 0, 3, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_OBJ_TYPE_MASK(0, ttl, DateInterval, MAY_BE_NULL|MAY_BE_LONG, NULL)
	ZEND_ARG_TYPE_INFO(0, compute, IS_CALLABLE, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, stale, IS_LONG, 0, "0")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, beta, IS_DOUBLE, 0, "1.0")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, tags, IS_ARRAY, 0, "[]")
	ZEND_ARG_OBJ_INFO_WITH_DEFAULT_VALUE(0, refresh, Strata\\Refresh, 0, "Strata\\Refresh::Now")
	ZEND_ARG_OBJ_INFO_WITH_DEFAULT_VALUE(0, onError, Strata\\OnError, 0, "Strata\\OnError::Throw")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_strata_increment, 0, 1, IS_LONG, 1)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, by, IS_LONG, 0, "1")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, initial, IS_LONG, 1, "0")
	ZEND_ARG_OBJ_TYPE_MASK(0, ttl, DateInterval, MAY_BE_NULL|MAY_BE_LONG, "null")
ZEND_END_ARG_INFO()

#define arginfo_strata_decrement arginfo_strata_increment

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_strata_status, 0, 0, IS_ARRAY, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_strata_status_page, 0, 0, IS_VOID, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_strata_metrics, 0, 0, IS_STRING, 0)
ZEND_END_ARG_INFO()

#define arginfo_strata_metrics_page arginfo_strata_status_page

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_strata_node, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, node, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, action, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, ttl, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_strata_shadow_renew, 0, 0, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, database, IS_STRING, 0, "\'default\'")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_strata_purge, 0, 1, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, database, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, limit, IS_LONG, 0, "1000")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, count_only, _IS_BOOL, 0, "false")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_MASK_EX(arginfo_strata_keys, 0, 0, MAY_BE_ARRAY|MAY_BE_FALSE)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, prefix, IS_STRING, 0, "\'\'")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, limit, IS_LONG, 0, "100")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, database, IS_STRING, 0, "\'default\'")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, namespace, IS_STRING, 0, "\'\'")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(1, cursor, IS_LONG, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_MASK_EX(arginfo_strata_check, 0, 0, MAY_BE_ARRAY|MAY_BE_FALSE)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, database, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

#define arginfo_strata_request_boundary arginfo_strata_status_page

#define arginfo_class_Strata_Refresh_computePutOff arginfo_strata_status_page

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Strata_Computed___construct, 0, 0, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Strata_Computed_expiresAfter, 0, 1, Strata\\Computed, 0)
	ZEND_ARG_OBJ_TYPE_MASK(0, ttl, DateInterval, MAY_BE_NULL|MAY_BE_LONG, NULL)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Strata_Computed_stale, 0, 1, Strata\\Computed, 0)
	ZEND_ARG_TYPE_INFO(0, seconds, IS_LONG, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Strata_Computed_dontStore, 0, 0, Strata\\Computed, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Strata_Computed_tag, 0, 0, Strata\\Computed, 0)
	ZEND_ARG_VARIADIC_TYPE_INFO(0, tags, IS_STRING, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Strata_Result___construct arginfo_class_Strata_Computed___construct

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Strata_Cache___construct, 0, 0, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, database, IS_STRING, 0, "\"default\"")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, namespace, IS_STRING, 0, "\"\"")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Strata_Cache_namespace, 0, 1, IS_STATIC, 0)
	ZEND_ARG_TYPE_INFO(0, name, IS_STRING, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Strata_Cache_get arginfo_strata_get

#define arginfo_class_Strata_Cache_set arginfo_strata_set

#define arginfo_class_Strata_Cache_delete arginfo_strata_delete

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Strata_Cache_clear, 0, 0, _IS_BOOL, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Strata_Cache_invalidateTags, 0, 0, _IS_BOOL, 0)
	ZEND_ARG_VARIADIC_TYPE_INFO(0, tags, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Strata_Cache_getMultiple, 0, 1, IS_ARRAY, 0)
	ZEND_ARG_OBJ_TYPE_MASK(0, keys, Traversable, MAY_BE_ARRAY, NULL)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, default, IS_MIXED, 0, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Strata_Cache_setMultiple, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_OBJ_TYPE_MASK(0, values, Traversable, MAY_BE_ARRAY, NULL)
	ZEND_ARG_OBJ_TYPE_MASK(0, ttl, DateInterval, MAY_BE_NULL|MAY_BE_LONG, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, tags, IS_ARRAY, 0, "[]")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Strata_Cache_deleteMultiple, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_OBJ_TYPE_MASK(0, keys, Traversable, MAY_BE_ARRAY, NULL)
ZEND_END_ARG_INFO()

#define arginfo_class_Strata_Cache_has arginfo_strata_delete

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Strata_Cache_fetch, 0, 1, Strata\\Result, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_OBJ_INFO_WITH_DEFAULT_VALUE(0, from, Strata\\Tier, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Strata_Cache_fetchMultiple, 0, 1, IS_ARRAY, 0)
	ZEND_ARG_OBJ_TYPE_MASK(0, keys, Traversable, MAY_BE_ARRAY, NULL)
ZEND_END_ARG_INFO()

#define arginfo_class_Strata_Cache_add arginfo_strata_set

#define arginfo_class_Strata_Cache_replace arginfo_strata_set

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Strata_Cache_compareAndSet, 0, 3, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_OBJ_INFO(0, seen, Strata\\Result, 0)
	ZEND_ARG_TYPE_INFO(0, value, IS_MIXED, 0)
	ZEND_ARG_OBJ_TYPE_MASK(0, ttl, DateInterval, MAY_BE_NULL|MAY_BE_LONG, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Strata_Cache_compareAndDelete, 0, 2, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_OBJ_INFO(0, seen, Strata\\Result, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Strata_Cache_touch, 0, 1, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_OBJ_TYPE_MASK(0, ttl, DateInterval, MAY_BE_NULL|MAY_BE_LONG, "null")
ZEND_END_ARG_INFO()

#define arginfo_class_Strata_Cache_increment arginfo_strata_increment

#define arginfo_class_Strata_Cache_decrement arginfo_strata_increment

#define arginfo_class_Strata_Cache_remember arginfo_strata_remember

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Strata_Cache_rememberMultiple, 0, 3, IS_ARRAY, 0)
	ZEND_ARG_OBJ_TYPE_MASK(0, keys, Traversable, MAY_BE_ARRAY, NULL)
	ZEND_ARG_OBJ_TYPE_MASK(0, ttl, DateInterval, MAY_BE_NULL|MAY_BE_LONG, NULL)
	ZEND_ARG_TYPE_INFO(0, compute, IS_CALLABLE, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, tags, IS_ARRAY, 0, "[]")
ZEND_END_ARG_INFO()

#define arginfo_class_Strata_Cache_begin arginfo_strata_status_page

#define arginfo_class_Strata_Cache_commit arginfo_class_Strata_Cache_clear

#define arginfo_class_Strata_Cache_rollback arginfo_strata_status_page

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Strata_Cache_lock, 0, 2, Strata\\Lock, 0)
	ZEND_ARG_TYPE_INFO(0, name, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, ttl, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, token, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

#define arginfo_class_Strata_Lock___construct arginfo_class_Strata_Computed___construct

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Strata_Lock_acquire, 0, 0, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, wait, IS_DOUBLE, 0, "0")
ZEND_END_ARG_INFO()

#define arginfo_class_Strata_Lock_release arginfo_class_Strata_Cache_clear

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Strata_Lock_refresh, 0, 0, _IS_BOOL, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, ttl, IS_LONG, 1, "null")
ZEND_END_ARG_INFO()

#define arginfo_class_Strata_Lock_isHeld arginfo_class_Strata_Cache_clear

#define arginfo_class_Strata_Lock_token arginfo_strata_metrics

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Strata_Lock_fence, 0, 0, IS_LONG, 0)
ZEND_END_ARG_INFO()

ZEND_FUNCTION(strata_get);
ZEND_FUNCTION(strata_set);
ZEND_FUNCTION(strata_delete);
ZEND_FUNCTION(strata_has);
ZEND_FUNCTION(strata_remember);
ZEND_FUNCTION(strata_increment);
ZEND_FUNCTION(strata_decrement);
ZEND_FUNCTION(strata_status);
ZEND_FUNCTION(strata_status_page);
ZEND_FUNCTION(strata_metrics);
ZEND_FUNCTION(strata_metrics_page);
ZEND_FUNCTION(strata_node);
ZEND_FUNCTION(strata_shadow_renew);
ZEND_FUNCTION(strata_purge);
ZEND_FUNCTION(strata_keys);
ZEND_FUNCTION(strata_check);
ZEND_FUNCTION(strata_request_boundary);
ZEND_METHOD(Strata_Refresh, computePutOff);
ZEND_METHOD(Strata_Computed, __construct);
ZEND_METHOD(Strata_Computed, expiresAfter);
ZEND_METHOD(Strata_Computed, stale);
ZEND_METHOD(Strata_Computed, dontStore);
ZEND_METHOD(Strata_Computed, tag);
ZEND_METHOD(Strata_Result, __construct);
ZEND_METHOD(Strata_Cache, __construct);
ZEND_METHOD(Strata_Cache, namespace);
ZEND_METHOD(Strata_Cache, get);
ZEND_METHOD(Strata_Cache, set);
ZEND_METHOD(Strata_Cache, delete);
ZEND_METHOD(Strata_Cache, clear);
ZEND_METHOD(Strata_Cache, invalidateTags);
ZEND_METHOD(Strata_Cache, getMultiple);
ZEND_METHOD(Strata_Cache, setMultiple);
ZEND_METHOD(Strata_Cache, deleteMultiple);
ZEND_METHOD(Strata_Cache, has);
ZEND_METHOD(Strata_Cache, fetch);
ZEND_METHOD(Strata_Cache, fetchMultiple);
ZEND_METHOD(Strata_Cache, add);
ZEND_METHOD(Strata_Cache, replace);
ZEND_METHOD(Strata_Cache, compareAndSet);
ZEND_METHOD(Strata_Cache, compareAndDelete);
ZEND_METHOD(Strata_Cache, touch);
ZEND_METHOD(Strata_Cache, increment);
ZEND_METHOD(Strata_Cache, decrement);
ZEND_METHOD(Strata_Cache, remember);
ZEND_METHOD(Strata_Cache, rememberMultiple);
ZEND_METHOD(Strata_Cache, begin);
ZEND_METHOD(Strata_Cache, commit);
ZEND_METHOD(Strata_Cache, rollback);
ZEND_METHOD(Strata_Cache, lock);
ZEND_METHOD(Strata_Lock, __construct);
ZEND_METHOD(Strata_Lock, acquire);
ZEND_METHOD(Strata_Lock, release);
ZEND_METHOD(Strata_Lock, refresh);
ZEND_METHOD(Strata_Lock, isHeld);
ZEND_METHOD(Strata_Lock, token);
ZEND_METHOD(Strata_Lock, fence);

static const zend_function_entry ext_functions[] = {
	ZEND_FE(strata_get, arginfo_strata_get)
	ZEND_FE(strata_set, arginfo_strata_set)
	ZEND_FE(strata_delete, arginfo_strata_delete)
	ZEND_FE(strata_has, arginfo_strata_has)
	ZEND_FE(strata_remember, arginfo_strata_remember)
	ZEND_FE(strata_increment, arginfo_strata_increment)
	ZEND_FE(strata_decrement, arginfo_strata_decrement)
	ZEND_FE(strata_status, arginfo_strata_status)
	ZEND_FE(strata_status_page, arginfo_strata_status_page)
	ZEND_FE(strata_metrics, arginfo_strata_metrics)
	ZEND_FE(strata_metrics_page, arginfo_strata_metrics_page)
	ZEND_FE(strata_node, arginfo_strata_node)
	ZEND_FE(strata_shadow_renew, arginfo_strata_shadow_renew)
	ZEND_FE(strata_purge, arginfo_strata_purge)
	ZEND_FE(strata_keys, arginfo_strata_keys)
	ZEND_FE(strata_check, arginfo_strata_check)
	ZEND_FE(strata_request_boundary, arginfo_strata_request_boundary)
	ZEND_FE_END
};

static const zend_function_entry class_Strata_Refresh_methods[] = {
	ZEND_ME(Strata_Refresh, computePutOff, arginfo_class_Strata_Refresh_computePutOff, ZEND_ACC_PRIVATE|ZEND_ACC_STATIC)
	ZEND_FE_END
};

static const zend_function_entry class_Strata_Computed_methods[] = {
	ZEND_ME(Strata_Computed, __construct, arginfo_class_Strata_Computed___construct, ZEND_ACC_PRIVATE)
	ZEND_ME(Strata_Computed, expiresAfter, arginfo_class_Strata_Computed_expiresAfter, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Computed, stale, arginfo_class_Strata_Computed_stale, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Computed, dontStore, arginfo_class_Strata_Computed_dontStore, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Computed, tag, arginfo_class_Strata_Computed_tag, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};

static const zend_function_entry class_Strata_Result_methods[] = {
	ZEND_ME(Strata_Result, __construct, arginfo_class_Strata_Result___construct, ZEND_ACC_PRIVATE)
	ZEND_FE_END
};

static const zend_function_entry class_Strata_Cache_methods[] = {
	ZEND_ME(Strata_Cache, __construct, arginfo_class_Strata_Cache___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Cache, namespace, arginfo_class_Strata_Cache_namespace, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Cache, get, arginfo_class_Strata_Cache_get, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Cache, set, arginfo_class_Strata_Cache_set, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Cache, delete, arginfo_class_Strata_Cache_delete, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Cache, clear, arginfo_class_Strata_Cache_clear, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Cache, invalidateTags, arginfo_class_Strata_Cache_invalidateTags, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Cache, getMultiple, arginfo_class_Strata_Cache_getMultiple, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Cache, setMultiple, arginfo_class_Strata_Cache_setMultiple, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Cache, deleteMultiple, arginfo_class_Strata_Cache_deleteMultiple, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Cache, has, arginfo_class_Strata_Cache_has, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Cache, fetch, arginfo_class_Strata_Cache_fetch, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Cache, fetchMultiple, arginfo_class_Strata_Cache_fetchMultiple, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Cache, add, arginfo_class_Strata_Cache_add, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Cache, replace, arginfo_class_Strata_Cache_replace, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Cache, compareAndSet, arginfo_class_Strata_Cache_compareAndSet, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Cache, compareAndDelete, arginfo_class_Strata_Cache_compareAndDelete, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Cache, touch, arginfo_class_Strata_Cache_touch, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Cache, increment, arginfo_class_Strata_Cache_increment, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Cache, decrement, arginfo_class_Strata_Cache_decrement, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Cache, remember, arginfo_class_Strata_Cache_remember, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Cache, rememberMultiple, arginfo_class_Strata_Cache_rememberMultiple, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Cache, begin, arginfo_class_Strata_Cache_begin, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Cache, commit, arginfo_class_Strata_Cache_commit, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Cache, rollback, arginfo_class_Strata_Cache_rollback, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Cache, lock, arginfo_class_Strata_Cache_lock, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};

static const zend_function_entry class_Strata_Lock_methods[] = {
	ZEND_ME(Strata_Lock, __construct, arginfo_class_Strata_Lock___construct, ZEND_ACC_PRIVATE)
	ZEND_ME(Strata_Lock, acquire, arginfo_class_Strata_Lock_acquire, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Lock, release, arginfo_class_Strata_Lock_release, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Lock, refresh, arginfo_class_Strata_Lock_refresh, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Lock, isHeld, arginfo_class_Strata_Lock_isHeld, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Lock, token, arginfo_class_Strata_Lock_token, ZEND_ACC_PUBLIC)
	ZEND_ME(Strata_Lock, fence, arginfo_class_Strata_Lock_fence, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};

static zend_class_entry *register_class_Strata_Status(void)
{
	zend_class_entry *class_entry = zend_register_internal_enum("Strata\\Status", IS_STRING, NULL);

	zval enum_case_Hit_value;
	zend_string *enum_case_Hit_value_str = zend_string_init("hit", strlen("hit"), 1);
	ZVAL_STR(&enum_case_Hit_value, enum_case_Hit_value_str);
	zend_enum_add_case_cstr(class_entry, "Hit", &enum_case_Hit_value);

	zval enum_case_Stale_value;
	zend_string *enum_case_Stale_value_str = zend_string_init("stale", strlen("stale"), 1);
	ZVAL_STR(&enum_case_Stale_value, enum_case_Stale_value_str);
	zend_enum_add_case_cstr(class_entry, "Stale", &enum_case_Stale_value);

	zval enum_case_Miss_value;
	zend_string *enum_case_Miss_value_str = zend_string_init("miss", strlen("miss"), 1);
	ZVAL_STR(&enum_case_Miss_value, enum_case_Miss_value_str);
	zend_enum_add_case_cstr(class_entry, "Miss", &enum_case_Miss_value);

	zval enum_case_Error_value;
	zend_string *enum_case_Error_value_str = zend_string_init("error", strlen("error"), 1);
	ZVAL_STR(&enum_case_Error_value, enum_case_Error_value_str);
	zend_enum_add_case_cstr(class_entry, "Error", &enum_case_Error_value);

	return class_entry;
}

static zend_class_entry *register_class_Strata_Tier(void)
{
	zend_class_entry *class_entry = zend_register_internal_enum("Strata\\Tier", IS_STRING, NULL);

	zval enum_case_Local_value;
	zend_string *enum_case_Local_value_str = zend_string_init("local", strlen("local"), 1);
	ZVAL_STR(&enum_case_Local_value, enum_case_Local_value_str);
	zend_enum_add_case_cstr(class_entry, "Local", &enum_case_Local_value);

	zval enum_case_Memcached_value;
	zend_string *enum_case_Memcached_value_str = zend_string_init("memcached", strlen("memcached"), 1);
	ZVAL_STR(&enum_case_Memcached_value, enum_case_Memcached_value_str);
	zend_enum_add_case_cstr(class_entry, "Memcached", &enum_case_Memcached_value);

	zval enum_case_Redis_value;
	zend_string *enum_case_Redis_value_str = zend_string_init("redis", strlen("redis"), 1);
	ZVAL_STR(&enum_case_Redis_value, enum_case_Redis_value_str);
	zend_enum_add_case_cstr(class_entry, "Redis", &enum_case_Redis_value);

	return class_entry;
}

static zend_class_entry *register_class_Strata_Reason(void)
{
	zend_class_entry *class_entry = zend_register_internal_enum("Strata\\Reason", IS_STRING, NULL);

	zval enum_case_Foreign_value;
	zend_string *enum_case_Foreign_value_str = zend_string_init("foreign", strlen("foreign"), 1);
	ZVAL_STR(&enum_case_Foreign_value, enum_case_Foreign_value_str);
	zend_enum_add_case_cstr(class_entry, "Foreign", &enum_case_Foreign_value);

	zval enum_case_OtherKey_value;
	zend_string *enum_case_OtherKey_value_str = zend_string_init("other_key", strlen("other_key"), 1);
	ZVAL_STR(&enum_case_OtherKey_value, enum_case_OtherKey_value_str);
	zend_enum_add_case_cstr(class_entry, "OtherKey", &enum_case_OtherKey_value);

	zval enum_case_Corrupt_value;
	zend_string *enum_case_Corrupt_value_str = zend_string_init("corrupt", strlen("corrupt"), 1);
	ZVAL_STR(&enum_case_Corrupt_value, enum_case_Corrupt_value_str);
	zend_enum_add_case_cstr(class_entry, "Corrupt", &enum_case_Corrupt_value);

	zval enum_case_UnknownCodec_value;
	zend_string *enum_case_UnknownCodec_value_str = zend_string_init("unknown_codec", strlen("unknown_codec"), 1);
	ZVAL_STR(&enum_case_UnknownCodec_value, enum_case_UnknownCodec_value_str);
	zend_enum_add_case_cstr(class_entry, "UnknownCodec", &enum_case_UnknownCodec_value);

	zval enum_case_TooLarge_value;
	zend_string *enum_case_TooLarge_value_str = zend_string_init("too_large", strlen("too_large"), 1);
	ZVAL_STR(&enum_case_TooLarge_value, enum_case_TooLarge_value_str);
	zend_enum_add_case_cstr(class_entry, "TooLarge", &enum_case_TooLarge_value);

	zval enum_case_Busy_value;
	zend_string *enum_case_Busy_value_str = zend_string_init("busy", strlen("busy"), 1);
	ZVAL_STR(&enum_case_Busy_value, enum_case_Busy_value_str);
	zend_enum_add_case_cstr(class_entry, "Busy", &enum_case_Busy_value);

	zval enum_case_Unconfigured_value;
	zend_string *enum_case_Unconfigured_value_str = zend_string_init("unconfigured", strlen("unconfigured"), 1);
	ZVAL_STR(&enum_case_Unconfigured_value, enum_case_Unconfigured_value_str);
	zend_enum_add_case_cstr(class_entry, "Unconfigured", &enum_case_Unconfigured_value);

	zval enum_case_NoGeneration_value;
	zend_string *enum_case_NoGeneration_value_str = zend_string_init("no_generation", strlen("no_generation"), 1);
	ZVAL_STR(&enum_case_NoGeneration_value, enum_case_NoGeneration_value_str);
	zend_enum_add_case_cstr(class_entry, "NoGeneration", &enum_case_NoGeneration_value);

	zval enum_case_BreakerOpen_value;
	zend_string *enum_case_BreakerOpen_value_str = zend_string_init("breaker_open", strlen("breaker_open"), 1);
	ZVAL_STR(&enum_case_BreakerOpen_value, enum_case_BreakerOpen_value_str);
	zend_enum_add_case_cstr(class_entry, "BreakerOpen", &enum_case_BreakerOpen_value);

	zval enum_case_Bulkhead_value;
	zend_string *enum_case_Bulkhead_value_str = zend_string_init("bulkhead", strlen("bulkhead"), 1);
	ZVAL_STR(&enum_case_Bulkhead_value, enum_case_Bulkhead_value_str);
	zend_enum_add_case_cstr(class_entry, "Bulkhead", &enum_case_Bulkhead_value);

	zval enum_case_Shed_value;
	zend_string *enum_case_Shed_value_str = zend_string_init("shed", strlen("shed"), 1);
	ZVAL_STR(&enum_case_Shed_value, enum_case_Shed_value_str);
	zend_enum_add_case_cstr(class_entry, "Shed", &enum_case_Shed_value);

	zval enum_case_ConnectRate_value;
	zend_string *enum_case_ConnectRate_value_str = zend_string_init("connect_rate", strlen("connect_rate"), 1);
	ZVAL_STR(&enum_case_ConnectRate_value, enum_case_ConnectRate_value_str);
	zend_enum_add_case_cstr(class_entry, "ConnectRate", &enum_case_ConnectRate_value);

	zval enum_case_Budget_value;
	zend_string *enum_case_Budget_value_str = zend_string_init("budget", strlen("budget"), 1);
	ZVAL_STR(&enum_case_Budget_value, enum_case_Budget_value_str);
	zend_enum_add_case_cstr(class_entry, "Budget", &enum_case_Budget_value);

	zval enum_case_Timeout_value;
	zend_string *enum_case_Timeout_value_str = zend_string_init("timeout", strlen("timeout"), 1);
	ZVAL_STR(&enum_case_Timeout_value, enum_case_Timeout_value_str);
	zend_enum_add_case_cstr(class_entry, "Timeout", &enum_case_Timeout_value);

	zval enum_case_Refused_value;
	zend_string *enum_case_Refused_value_str = zend_string_init("refused", strlen("refused"), 1);
	ZVAL_STR(&enum_case_Refused_value, enum_case_Refused_value_str);
	zend_enum_add_case_cstr(class_entry, "Refused", &enum_case_Refused_value);

	zval enum_case_Connection_value;
	zend_string *enum_case_Connection_value_str = zend_string_init("connection", strlen("connection"), 1);
	ZVAL_STR(&enum_case_Connection_value, enum_case_Connection_value_str);
	zend_enum_add_case_cstr(class_entry, "Connection", &enum_case_Connection_value);

	zval enum_case_Protocol_value;
	zend_string *enum_case_Protocol_value_str = zend_string_init("protocol", strlen("protocol"), 1);
	ZVAL_STR(&enum_case_Protocol_value, enum_case_Protocol_value_str);
	zend_enum_add_case_cstr(class_entry, "Protocol", &enum_case_Protocol_value);

	zval enum_case_Desync_value;
	zend_string *enum_case_Desync_value_str = zend_string_init("desync", strlen("desync"), 1);
	ZVAL_STR(&enum_case_Desync_value, enum_case_Desync_value_str);
	zend_enum_add_case_cstr(class_entry, "Desync", &enum_case_Desync_value);

	zval enum_case_Tls_value;
	zend_string *enum_case_Tls_value_str = zend_string_init("tls", strlen("tls"), 1);
	ZVAL_STR(&enum_case_Tls_value, enum_case_Tls_value_str);
	zend_enum_add_case_cstr(class_entry, "Tls", &enum_case_Tls_value);

	zval enum_case_Auth_value;
	zend_string *enum_case_Auth_value_str = zend_string_init("auth", strlen("auth"), 1);
	ZVAL_STR(&enum_case_Auth_value, enum_case_Auth_value_str);
	zend_enum_add_case_cstr(class_entry, "Auth", &enum_case_Auth_value);

	zval enum_case_Unsupported_value;
	zend_string *enum_case_Unsupported_value_str = zend_string_init("unsupported", strlen("unsupported"), 1);
	ZVAL_STR(&enum_case_Unsupported_value, enum_case_Unsupported_value_str);
	zend_enum_add_case_cstr(class_entry, "Unsupported", &enum_case_Unsupported_value);

	zval enum_case_Server_value;
	zend_string *enum_case_Server_value_str = zend_string_init("server", strlen("server"), 1);
	ZVAL_STR(&enum_case_Server_value, enum_case_Server_value_str);
	zend_enum_add_case_cstr(class_entry, "Server", &enum_case_Server_value);

	zval enum_case_NotReady_value;
	zend_string *enum_case_NotReady_value_str = zend_string_init("not_ready", strlen("not_ready"), 1);
	ZVAL_STR(&enum_case_NotReady_value, enum_case_NotReady_value_str);
	zend_enum_add_case_cstr(class_entry, "NotReady", &enum_case_NotReady_value);

	zval enum_case_Full_value;
	zend_string *enum_case_Full_value_str = zend_string_init("full", strlen("full"), 1);
	ZVAL_STR(&enum_case_Full_value, enum_case_Full_value_str);
	zend_enum_add_case_cstr(class_entry, "Full", &enum_case_Full_value);

	zval enum_case_Exhausted_value;
	zend_string *enum_case_Exhausted_value_str = zend_string_init("exhausted", strlen("exhausted"), 1);
	ZVAL_STR(&enum_case_Exhausted_value, enum_case_Exhausted_value_str);
	zend_enum_add_case_cstr(class_entry, "Exhausted", &enum_case_Exhausted_value);

	zval enum_case_Redirects_value;
	zend_string *enum_case_Redirects_value_str = zend_string_init("redirects", strlen("redirects"), 1);
	ZVAL_STR(&enum_case_Redirects_value, enum_case_Redirects_value_str);
	zend_enum_add_case_cstr(class_entry, "Redirects", &enum_case_Redirects_value);

	zval enum_case_NoOwner_value;
	zend_string *enum_case_NoOwner_value_str = zend_string_init("no_owner", strlen("no_owner"), 1);
	ZVAL_STR(&enum_case_NoOwner_value, enum_case_NoOwner_value_str);
	zend_enum_add_case_cstr(class_entry, "NoOwner", &enum_case_NoOwner_value);

	zval enum_case_NoMemory_value;
	zend_string *enum_case_NoMemory_value_str = zend_string_init("no_memory", strlen("no_memory"), 1);
	ZVAL_STR(&enum_case_NoMemory_value, enum_case_NoMemory_value_str);
	zend_enum_add_case_cstr(class_entry, "NoMemory", &enum_case_NoMemory_value);

	return class_entry;
}

static zend_class_entry *register_class_Strata_Refresh(void)
{
	zend_class_entry *class_entry = zend_register_internal_enum("Strata\\Refresh", IS_UNDEF, class_Strata_Refresh_methods);

	zend_enum_add_case_cstr(class_entry, "Now", NULL);

	zend_enum_add_case_cstr(class_entry, "AfterResponse", NULL);

	zend_enum_add_case_cstr(class_entry, "Force", NULL);

	return class_entry;
}

static zend_class_entry *register_class_Strata_OnError(void)
{
	zend_class_entry *class_entry = zend_register_internal_enum("Strata\\OnError", IS_UNDEF, NULL);

	zend_enum_add_case_cstr(class_entry, "Throw", NULL);

	zend_enum_add_case_cstr(class_entry, "Stale", NULL);

	return class_entry;
}

static zend_class_entry *register_class_Strata_StrataException(zend_class_entry *class_entry_Exception)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Strata", "StrataException", NULL);
#if (PHP_VERSION_ID >= 80400)
	class_entry = zend_register_internal_class_with_flags(&ce, class_entry_Exception, 0);
#else
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Exception);
#endif

	return class_entry;
}

static zend_class_entry *register_class_Strata_ConfigurationException(zend_class_entry *class_entry_Strata_StrataException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Strata", "ConfigurationException", NULL);
#if (PHP_VERSION_ID >= 80400)
	class_entry = zend_register_internal_class_with_flags(&ce, class_entry_Strata_StrataException, 0);
#else
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Strata_StrataException);
#endif

	return class_entry;
}

static zend_class_entry *register_class_Strata_SerializationException(zend_class_entry *class_entry_Strata_StrataException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Strata", "SerializationException", NULL);
#if (PHP_VERSION_ID >= 80400)
	class_entry = zend_register_internal_class_with_flags(&ce, class_entry_Strata_StrataException, 0);
#else
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Strata_StrataException);
#endif

	return class_entry;
}

static zend_class_entry *register_class_Strata_ConnectionException(zend_class_entry *class_entry_Strata_StrataException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Strata", "ConnectionException", NULL);
#if (PHP_VERSION_ID >= 80400)
	class_entry = zend_register_internal_class_with_flags(&ce, class_entry_Strata_StrataException, 0);
#else
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Strata_StrataException);
#endif

	return class_entry;
}

static zend_class_entry *register_class_Strata_CapacityException(zend_class_entry *class_entry_Strata_StrataException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Strata", "CapacityException", NULL);
#if (PHP_VERSION_ID >= 80400)
	class_entry = zend_register_internal_class_with_flags(&ce, class_entry_Strata_StrataException, 0);
#else
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Strata_StrataException);
#endif

	return class_entry;
}

static zend_class_entry *register_class_Strata_BusyException(zend_class_entry *class_entry_Strata_StrataException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Strata", "BusyException", NULL);
#if (PHP_VERSION_ID >= 80400)
	class_entry = zend_register_internal_class_with_flags(&ce, class_entry_Strata_StrataException, 0);
#else
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Strata_StrataException);
#endif

	return class_entry;
}

static zend_class_entry *register_class_Strata_TransactionException(zend_class_entry *class_entry_Strata_StrataException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Strata", "TransactionException", NULL);
#if (PHP_VERSION_ID >= 80400)
	class_entry = zend_register_internal_class_with_flags(&ce, class_entry_Strata_StrataException, 0);
#else
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Strata_StrataException);
#endif

	return class_entry;
}

static zend_class_entry *register_class_Strata_Computed(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Strata", "Computed", class_Strata_Computed_methods);
#if (PHP_VERSION_ID >= 80400)
	class_entry = zend_register_internal_class_with_flags(&ce, NULL, ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE);
#else
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;
#endif

	return class_entry;
}

static zend_class_entry *register_class_Strata_Result(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Strata", "Result", class_Strata_Result_methods);
#if (PHP_VERSION_ID >= 80400)
	class_entry = zend_register_internal_class_with_flags(&ce, NULL, ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE);
#else
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;
#endif

	zval property_status_default_value;
	ZVAL_UNDEF(&property_status_default_value);
	zend_string *property_status_name = zend_string_init("status", sizeof("status") - 1, 1);
	zend_string *property_status_class_Strata_Status = zend_string_init("Strata\\Status", sizeof("Strata\\Status")-1, 1);
	zend_declare_typed_property(class_entry, property_status_name, &property_status_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_CLASS(property_status_class_Strata_Status, 0, 0));
	zend_string_release(property_status_name);

	zval property_value_default_value;
	ZVAL_UNDEF(&property_value_default_value);
	zend_string *property_value_name = zend_string_init("value", sizeof("value") - 1, 1);
	zend_declare_typed_property(class_entry, property_value_name, &property_value_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_ANY));
	zend_string_release(property_value_name);

	zval property_tier_default_value;
	ZVAL_UNDEF(&property_tier_default_value);
	zend_string *property_tier_name = zend_string_init("tier", sizeof("tier") - 1, 1);
	zend_string *property_tier_class_Strata_Tier = zend_string_init("Strata\\Tier", sizeof("Strata\\Tier")-1, 1);
	zend_declare_typed_property(class_entry, property_tier_name, &property_tier_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_CLASS(property_tier_class_Strata_Tier, 0, MAY_BE_NULL));
	zend_string_release(property_tier_name);

	zval property_age_default_value;
	ZVAL_UNDEF(&property_age_default_value);
	zend_string *property_age_name = zend_string_init("age", sizeof("age") - 1, 1);
	zend_declare_typed_property(class_entry, property_age_name, &property_age_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_DOUBLE|MAY_BE_NULL));
	zend_string_release(property_age_name);

	zval property_ttl_default_value;
	ZVAL_UNDEF(&property_ttl_default_value);
	zend_string *property_ttl_name = zend_string_init("ttl", sizeof("ttl") - 1, 1);
	zend_declare_typed_property(class_entry, property_ttl_name, &property_ttl_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_DOUBLE|MAY_BE_NULL));
	zend_string_release(property_ttl_name);

	zval property_reason_default_value;
	ZVAL_UNDEF(&property_reason_default_value);
	zend_string *property_reason_name = zend_string_init("reason", sizeof("reason") - 1, 1);
	zend_string *property_reason_class_Strata_Reason = zend_string_init("Strata\\Reason", sizeof("Strata\\Reason")-1, 1);
	zend_declare_typed_property(class_entry, property_reason_name, &property_reason_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_CLASS(property_reason_class_Strata_Reason, 0, MAY_BE_NULL));
	zend_string_release(property_reason_name);

	zval property_node_default_value;
	ZVAL_UNDEF(&property_node_default_value);
	zend_string *property_node_name = zend_string_init("node", sizeof("node") - 1, 1);
	zend_declare_typed_property(class_entry, property_node_name, &property_node_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING|MAY_BE_NULL));
	zend_string_release(property_node_name);

	return class_entry;
}

static zend_class_entry *register_class_Strata_Cache(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Strata", "Cache", class_Strata_Cache_methods);
#if (PHP_VERSION_ID >= 80400)
	class_entry = zend_register_internal_class_with_flags(&ce, NULL, ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE);
#else
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;
#endif

	return class_entry;
}

static zend_class_entry *register_class_Strata_Lock(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Strata", "Lock", class_Strata_Lock_methods);
#if (PHP_VERSION_ID >= 80400)
	class_entry = zend_register_internal_class_with_flags(&ce, NULL, ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE);
#else
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;
#endif

	return class_entry;
}
