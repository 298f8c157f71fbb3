package image

import "strconv"

// The types of resources that have configurations (org.apache.kafka.common.config.ConfigResource.Type).
const (
	TopicConfig         int8 = 2
	BrokerConfig        int8 = 4
	BrokerLoggerConfig  int8 = 8
	ClientMetricsConfig int8 = 16
	GroupConfig         int8 = 32
)

// The SCRAM mechanisms (org.apache.kafka.clients.admin.ScramMechanism).
const (
	ScramSHA256 int8 = 1
	ScramSHA512 int8 = 2
)

var (
	// ConfigTypes are the names of resource types in paths.
	ConfigTypes = map[int8]string{
		TopicConfig: "topic", BrokerConfig: "broker", BrokerLoggerConfig: "broker-logger",
		ClientMetricsConfig: "client-metrics", GroupConfig: "group",
	}
	// Mechanisms are the names of SCRAM mechanisms.
	Mechanisms = map[int8]string{ScramSHA256: "SCRAM-SHA-256", ScramSHA512: "SCRAM-SHA-512"}
	// MigrationStates are the states of the migration from ZooKeeper by number
	// (org.apache.kafka.metadata.migration.ZkMigrationState).
	MigrationStates = []string{"NONE", "MIGRATION", "PRE_MIGRATION", "POST_MIGRATION", "ZK"}
	// SecurityProtocols are the names of security protocols by number.
	SecurityProtocols = []string{"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"}
	// ResourceTypes is org.apache.kafka.common.resource.ResourceType by number.
	ResourceTypes = []string{"UNKNOWN", "ANY", "TOPIC", "GROUP", "CLUSTER", "TRANSACTIONAL_ID", "DELEGATION_TOKEN", "USER"}
	// PatternTypes is org.apache.kafka.common.resource.PatternType by number.
	PatternTypes = []string{"UNKNOWN", "ANY", "MATCH", "LITERAL", "PREFIXED"}
	// Operations is org.apache.kafka.common.acl.AclOperation by number.
	Operations = []string{
		"UNKNOWN", "ANY", "ALL", "READ", "WRITE", "CREATE", "DELETE", "ALTER", "DESCRIBE", "CLUSTER_ACTION",
		"DESCRIBE_CONFIGS", "ALTER_CONFIGS", "IDEMPOTENT_WRITE", "CREATE_TOKENS", "DESCRIBE_TOKENS", "TWO_PHASE_COMMIT",
	}
	// Permissions is org.apache.kafka.common.acl.AclPermissionType by number.
	Permissions = []string{"UNKNOWN", "ANY", "DENY", "ALLOW"}
	// RecoveryStates are the names of Recovered and Recovering.
	RecoveryStates = []string{"RECOVERED", "RECOVERING"}
)

// Name is the name of a number in one of the lists of names, or the first of them (UNKNOWN) for others.
func Name(names []string, number int8) string {
	if number < 0 || int(number) >= len(names) {
		return names[0]
	}
	return names[number]
}

// nameOr is the name of a number, or the number.
func nameOr(names map[int8]string, number int8) string {
	if name, ok := names[number]; ok {
		return name
	}
	return strconv.Itoa(int(number))
}

// ProtocolName is the name of a security protocol, empty when it is not told.
func ProtocolName(number int16) string {
	if number < 0 {
		return ""
	}
	if int(number) >= len(SecurityProtocols) {
		return strconv.Itoa(int(number))
	}
	return SecurityProtocols[number]
}
