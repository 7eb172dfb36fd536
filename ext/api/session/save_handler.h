/* save_handler: session.save_handler = strata. */
#ifndef STRATA_API_SESSION_SAVE_HANDLER_H
#define STRATA_API_SESSION_SAVE_HANDLER_H

/* In MINIT: offers it to PHP's module of sessions, where there is one. */
void strata_save_handler_register(void);

/* For phpinfo(): how sessions are kept with strata, or why they cannot be. */
const char *strata_save_handler_describe(void);

/* After the request, as the last thing: gives back what the session module left open. */
void strata_save_handler_end_request(void);

#endif
