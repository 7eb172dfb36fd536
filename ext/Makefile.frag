# PHP's own rule would run the distribution's generator whenever a checkout leaves the stub newer
# than the header, and that generator downloads its parser from GitHub. The header is committed;
# who changed the stub asks for a new one.
$(srcdir)/ext/strata_arginfo.h: ;

.PHONY: arginfo
arginfo:
	$(srcdir)/tests/support/arginfo.sh
