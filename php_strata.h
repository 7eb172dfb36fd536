/*
 * php_strata — what another extension, and the build inside php-src, may know of strata. It is the
 * only header at the top because both look for it there: `make install` and php-src's genif.sh.
 */
#ifndef PHP_STRATA_H
#define PHP_STRATA_H

#include "php.h"

#define PHP_STRATA_VERSION "0.1.0"

extern zend_module_entry strata_module_entry;
#define phpext_strata_ptr &strata_module_entry

#endif
