package image

import (
	"github.com/kraftctl/kraftctl/clusterid"
	"github.com/kraftctl/kraftctl/metadata"
)

// MetadataVersionFeature is the feature that tells at which version records are written.
const MetadataVersionFeature = "metadata.version"

// Image is the state of a cluster after a record. It must not be changed by those who read it.
type Image struct {
	// Provenance is the last record that is part of the state.
	Provenance Provenance
	// Leader is the active controller, as the last LeaderChange tells.
	Leader Leader
	// KRaftVersion is the level of kraft.version, 0 before KIP-853.
	KRaftVersion int16
	// Voters are the voters that control records tell, by ID; none in a quorum whose voters are configured.
	Voters map[int32]*Voter
	// Features are the finalized levels by name, metadata.version among them.
	Features map[string]int16
	// Migration is the state of the migration from ZooKeeper, nil when no record told one.
	Migration *int8
	// Brokers are the registered brokers by ID.
	Brokers map[int32]*Broker
	// Controllers are the registered controllers by ID.
	Controllers map[int32]*Controller
	// Topics are the topics by ID and by name.
	Topics Topics
	// Configs are the dynamic configurations of each resource.
	Configs map[Resource]map[string]string
	// Quotas are the quotas of each entity.
	Quotas map[string]*Quota
	// ProducerIDs is the last block of producer IDs that was handed out; nil before the first.
	ProducerIDs *ProducerIDs
	// ACLs are the access control entries by ID.
	ACLs map[metadata.UUID]*ACL
	// Users are the SCRAM credentials.
	Users map[User]*Credential
	// Tokens are the delegation tokens by token ID.
	Tokens map[string]*Token
}

// New is the image before the first record.
func New() *Image {
	return &Image{
		Provenance: Provenance{Offset: -1, Epoch: -1, Timestamp: -1}, Leader: Leader{ID: -1, Epoch: -1, Offset: -1},
		Voters: map[int32]*Voter{}, Features: map[string]int16{}, Brokers: map[int32]*Broker{}, Controllers: map[int32]*Controller{},
		Topics:  Topics{byID: map[metadata.UUID]*Topic{}, byName: map[string]*Topic{}},
		Configs: map[Resource]map[string]string{}, Quotas: map[string]*Quota{}, ACLs: map[metadata.UUID]*ACL{},
		Users: map[User]*Credential{}, Tokens: map[string]*Token{},
	}
}

// Provenance names the last record of a state.
type Provenance struct {
	// Offset, Epoch and Timestamp (ms since 1970) are those of the record, each -1 before the first.
	Offset    int64
	Epoch     int32
	Timestamp int64
}

// Leader is an active controller.
type Leader struct {
	// ID is the node, -1 when there is none.
	ID int32
	// Epoch is its term, and Offset where its LeaderChange stands.
	Epoch  int32
	Offset int64
}

// Voter is a voter of a quorum whose voters are in the log (KIP-853).
type Voter struct {
	ID        int32
	Directory metadata.UUID
	Endpoints []Endpoint
	// MinVersion and MaxVersion are the levels of kraft.version it knows.
	MinVersion, MaxVersion int16
}

// Endpoint is an address of a node.
type Endpoint struct {
	Name string `json:"name"`
	Host string `json:"host"`
	Port uint16 `json:"port"`
	// Protocol is the ID of the security protocol, -1 where it is not told.
	Protocol int16 `json:"-"`
}

// Range is the levels of a feature that a node knows.
type Range struct {
	Min int16 `json:"min"`
	Max int16 `json:"max"`
}

// Broker is the registration of a broker.
type Broker struct {
	ID          int32
	Epoch       int64
	Incarnation metadata.UUID
	// Endpoints are in the order of the registration.
	Endpoints []Endpoint
	Features  map[string]Range
	// Rack is null when none is configured.
	Rack                 metadata.NullString
	Fenced               bool
	InControlledShutdown bool
	// MigratingZK tells that the broker still runs on ZooKeeper.
	MigratingZK bool
	// Directories are its log directories that work, sorted by ID.
	Directories []metadata.UUID
	// Cordoned are those of them that get no new replicas; nil where the record does not say (KIP-1066).
	Cordoned []metadata.UUID
}

// Controller is the registration of a controller.
type Controller struct {
	ID          int32
	Incarnation metadata.UUID
	// MigrationReady tells that the controller is configured for the migration from ZooKeeper.
	MigrationReady bool
	Endpoints      []Endpoint
	Features       map[string]Range
}

// Resource is what configurations belong to.
type Resource struct {
	// Type is the number of org.apache.kafka.common.config.ConfigResource.Type.
	Type int8
	// Name is empty for the default of the type.
	Name string
}

// QuotaEntity is a part of whom a quota is for.
type QuotaEntity struct {
	// Type is "user", "client-id" or "ip".
	Type string `json:"type"`
	// Name is null for the default of the type.
	Name metadata.NullString `json:"-"`
}

// Quota is the quotas of one entity.
type Quota struct {
	// Entity is sorted by type.
	Entity []QuotaEntity
	Values map[string]float64
}

// ProducerIDs is a block of producer IDs.
type ProducerIDs struct {
	// Next is the first ID of the next block.
	Next int64
	// Broker asked for the last block, in its epoch BrokerEpoch.
	Broker      int32
	BrokerEpoch int64
}

// ACL is an access control entry. The numbers are those of Kafka's enumerations of the same names.
type ACL struct {
	ID           metadata.UUID
	ResourceType int8
	ResourceName string
	PatternType  int8
	Principal    string
	Host         string
	Operation    int8
	Permission   int8
}

// User names a SCRAM credential.
type User struct {
	Name string
	// Mechanism is 1 for SCRAM-SHA-256 and 2 for SCRAM-SHA-512.
	Mechanism int8
}

// Credential is a SCRAM credential; all but Iterations is secret.
type Credential struct {
	Salt, StoredKey, ServerKey []byte
	Iterations                 int32
}

// Token is a delegation token. Its HMAC is not in the log.
type Token struct {
	ID, Owner, Requester string
	Renewers             []string
	// Issued, Max and Expires are ms since 1970.
	Issued, Max, Expires int64
}

// topicID names a topic ID in messages.
func topicID(id metadata.UUID) string { return clusterid.ID(id).String() }
