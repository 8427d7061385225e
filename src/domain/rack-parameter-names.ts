/** Names of rack parameters and what is known of them (convox-api.md 6.3, 9.4). The set is open: racks add and drop some. */

/** Fixed when a rack is installed. */
export const INSTALL_ONLY: ReadonlySet<string> = new Set([
  'high_availability',
  'private',
  'cidr',
  'vpc_id',
  'internet_gateway_id',
  'private_subnets_ids',
  'public_subnets_ids',
  'availability_zones',
  'region',
  'access_id',
  'secret_key',
  'token',
]);

/** Kept by the rack's own releases. */
export const MANAGED: ReadonlySet<string> = new Set([
  'image',
  'name',
  'rack_name',
  'release',
  'settings',
  'nginx_image',
  'k8s_version',
  'coredns_version',
  'kube_proxy_version',
  'vpc_cni_version',
  'aws_ebs_csi_driver_version',
  'efs_csi_driver_version',
  'disable_public_access',
  'enable_private_access',
  'eks_api_server_public_access_cidrs',
]);

/** Only `true` or `false`. */
export const SWITCHES: ReadonlySet<string> = new Set([
  'eks_access_entries',
  'karpenter_auth_mode',
  'karpenter_enabled',
]);

/** Cannot be switched off again: they change how the cluster knows its users. */
export const ONE_WAY: ReadonlySet<string> = new Set(['eks_access_entries', 'karpenter_auth_mode']);

/** First rack release that knows it; older ones drop it without a word. */
export const PARAMETER_SINCE: ReadonlyMap<string, string> = new Map([
  ['karpenter_auth_mode', '3.24.2'],
  ['eks_access_entries', '3.24.7'],
]);

/** To find out what a mistyped name was meant to be. Not all there are. */
export const SETTABLE: readonly string[] = [
  'access_log_retention_in_days',
  'additional_build_groups_config',
  'additional_karpenter_nodepools_config',
  'additional_node_groups_config',
  'build_disable_convox_resolver',
  'build_node_enabled',
  'build_node_min_count',
  'build_node_type',
  'cert_duration',
  'convox_domain_tls_cert_disable',
  'convox_rack_domain',
  'deploy_extra_nlb',
  'disable_convox_resolver',
  'disable_image_manifest_cache',
  'docker_hub_password',
  'docker_hub_username',
  'ebs_volume_encryption_enabled',
  'ecr_docker_hub_cache',
  'ecr_scan_on_push_enable',
  'efs_csi_driver_enable',
  'eks_access_entries',
  'fluentd_disable',
  'fluentd_memory',
  'gpu_observability_enable',
  'gpu_tag_enable',
  'idle_timeout',
  'imds_http_hop_limit',
  'imds_http_tokens',
  'imds_tags_enable',
  'internal_router',
  'karpenter_auth_mode',
  'karpenter_config',
  'karpenter_enabled',
  'keda_enable',
  'key_pair_name',
  'kubelet_registry_burst',
  'kubelet_registry_pull_qps',
  'max_on_demand_count',
  'min_on_demand_count',
  'nginx_additional_config',
  'nlb_security_group',
  'node_capacity_type',
  'node_disk',
  'node_max_unavailable_percentage',
  'node_type',
  'nvidia_device_plugin_enable',
  'nvidia_device_time_slicing_replicas',
  'pdb_default_min_available_percentage',
  'pod_identity_agent_enable',
  'private_eks_host',
  'private_eks_pass',
  'private_eks_user',
  'proxy_protocol',
  'router_type',
  'schedule_rack_scale_down',
  'schedule_rack_scale_up',
  'ssl_ciphers',
  'ssl_protocols',
  'syslog',
  'tags',
  'telemetry',
  'terraform_update_timeout',
  'user_data',
  'user_data_url',
  'vpa_enable',
  'webhook_signing_key',
  'whitelist',
];
