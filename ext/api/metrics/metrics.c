#include "api/metrics/metrics.h"

#include "api/metrics/counts.h"
#include "api/metrics/host.h"
#include "api/metrics/nodes.h"
#include "api/metrics/prefixes.h"
#include "api/metrics/servers.h"
#include "api/metrics/shadow.h"
#include "api/metrics/tiers.h"
#include "api/request/databases.h"
#include "api/request/topology.h"

zend_string *strata_metrics_write(strata_metrics_format format)
{
	strata_metrics_text text;
	strata_metric_counts counts;

	strata_api_look_at_segment();
	strata_api_follow_topology();
	strata_api_flush_counts();
	strata_metric_counts_read(&counts);
	strata_metrics_text_begin(&text, format);
	strata_metrics_add_host(&text);
	strata_metrics_add_tiers(&text, &counts);
	strata_metrics_add_nodes(&text, &counts);
	strata_metrics_add_servers(&text);
	strata_metrics_add_shadows(&text);
	strata_metrics_add_prefixes(&text);
	strata_metric_counts_free(&counts);
	return strata_metrics_text_finish(&text);
}

ZEND_FUNCTION(strata_metrics)
{
	ZEND_PARSE_PARAMETERS_NONE();

	RETURN_STR(strata_metrics_write(STRATA_METRICS_OPEN));
}
