# PHP's own rule would run the distribution's generator whenever a checkout leaves the stub newer
# than the header, and that generator downloads its parser from GitHub. The header is committed;
# who changed the stub asks for a new one.
$(srcdir)/ext/strata_arginfo.h: ;

.PHONY: arginfo
arginfo:
	$(srcdir)/tests/support/arginfo.sh

# The command. pecl copies what is staged for it without the right to execute: there package.xml has
# it install the script itself, and only the parts of it come from here.
.PHONY: install-command
install: install-command
install-command:
	@echo "Installing the command strata:    $(INSTALL_ROOT)$(prefix)/bin/"
	@$(mkinstalldirs) $(INSTALL_ROOT)$(prefix)/bin $(INSTALL_ROOT)$(prefix)/share/strata
	@$(INSTALL_DATA) $(srcdir)/command/*.php $(INSTALL_ROOT)$(prefix)/share/strata
	@case "$(INSTALL_ROOT)" in \
		*/pear-build-*/install-strata-*) ;; \
		*) $(INSTALL) -m 755 $(srcdir)/strata $(INSTALL_ROOT)$(prefix)/bin/strata ;; \
	esac
