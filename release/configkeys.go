package release

import (
	"cmp"
	"slices"
	"strings"
)

//go:generate go run ../internal/gen/configkeys generate ../internal/gen/configkeys/schema.json configkeys_table.go

// ConfigType is the type ConfigDef parses a value as.
type ConfigType int8

// The types of ConfigDef.Type that server keys use.
const (
	TypeString ConfigType = iota
	TypeInt
	TypeLong
	TypeShort
	TypeDouble
	TypeBoolean
	TypeList
	TypePassword
	TypeClass
)

// String is Kafka's name of the type, as its messages print it.
func (t ConfigType) String() string {
	return [...]string{"STRING", "INT", "LONG", "SHORT", "DOUBLE", "BOOLEAN", "LIST", "PASSWORD", "CLASS"}[t]
}

// ConfigCheck is the validator a key has besides its type.
type ConfigCheck int8

// The validators, named as ConfigDef names them or by what they look at.
const (
	// CheckNone accepts every value of the type.
	CheckNone ConfigCheck = iota
	// CheckRange is ConfigDef.Range over Min and Max.
	CheckRange
	// CheckValidString wants one of Values, CheckValidStringFold in any case.
	CheckValidString
	CheckValidStringFold
	// CheckValidList wants every item to be one of Values.
	CheckValidList
	// CheckDistinctList is ValidList since KIP-1161 (4.2): no empty item, duplicates removed with a warning,
	// and an empty list only with EmptyAllowed. Without Values any item will do.
	CheckDistinctList
	// CheckNonEmpty wants a text of at least one character.
	CheckNonEmpty
	// CheckNonNull wants any text.
	CheckNonNull
	// CheckVoters is the syntax of controller.quorum.voters, CheckBootstrap of controller.quorum.bootstrap.servers.
	CheckVoters
	CheckBootstrap
	// CheckMetadataVersion wants one of Values, or the short form of one.
	CheckMetadataVersion
	// CheckGzipLevel wants 1 to 9, or -1.
	CheckGzipLevel
	// CheckPoolSize wants at least 1, or -1 for "as another key says".
	CheckPoolSize
)

// ConfigDefault says what a key is when the file does not give it.
type ConfigDefault int8

// The kinds of defaults.
const (
	// DefaultValue is the text in Default.
	DefaultValue ConfigDefault = iota
	// DefaultNull is no value.
	DefaultNull
	// DefaultRequired is an error: the key must be given.
	DefaultRequired
)

// UpdateMode is how a key can be changed while the node runs.
type UpdateMode int8

// The update modes, as Kafka's documentation names them.
const (
	ReadOnly UpdateMode = iota
	PerBroker
	ClusterWide
)

// ConfigKey is what a range of releases knows of one server.properties key. It is read from KafkaConfig.configDef()
// of each released jar.
type ConfigKey struct {
	Name string
	// Range is the span of releases this row holds for; a key has one row for each span in which it is the same.
	Range
	Type    ConfigType
	Kind    ConfigDefault
	Default string
	Check   ConfigCheck
	// Min and Max bound CheckRange; an empty one is no bound.
	Min, Max string
	// Values are the allowed texts, separated by ", " in the order Kafka lists them.
	Values string
	// EmptyAllowed belongs to CheckDistinctList.
	EmptyAllowed bool
	// Internal keys are not documented.
	Internal bool
	Mode     UpdateMode
	// Topic names the topic configurations this key is the default of, separated by spaces.
	Topic string

	row int
}

// LookupConfigKey is what r knows of a key; false when r ignores it.
func LookupConfigKey(r Release, name string) (*ConfigKey, bool) {
	for i := firstRow(name); i < len(configKeys) && configKeys[i].Name == name; i++ {
		if configKeys[i].Contains(r) {
			return &configKeys[i], true
		}
	}
	return nil, false
}

// ConfigKeyHistory is what each span of releases knows of a key, oldest first; nothing when no release knows it.
func ConfigKeyHistory(name string) []ConfigKey { return slices.Clone(rows(name)) }

// rows are the rows of a key.
func rows(name string) []ConfigKey {
	first := firstRow(name)
	last := first
	for last < len(configKeys) && configKeys[last].Name == name {
		last++
	}
	return configKeys[first:last]
}

// ConfigKeys lists the keys r knows in the order in which its KafkaConfig defines, and so reads, them.
func ConfigKeys(r Release) []*ConfigKey {
	var keys []*ConfigKey
	for i := range configKeys {
		if configKeys[i].Contains(r) {
			keys = append(keys, &configKeys[i])
		}
	}
	slices.SortFunc(keys, func(a, b *ConfigKey) int { return cmp.Compare(a.Order(r), b.Order(r)) })
	return keys
}

// RequiredConfigKeys lists the keys r wants every file to give, in the order in which it reads them.
func RequiredConfigKeys(r Release) []*ConfigKey {
	var keys []*ConfigKey
	for _, name := range requiredKeys {
		if key, ok := LookupConfigKey(r, name); ok && key.Kind == DefaultRequired {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b *ConfigKey) int { return cmp.Compare(a.Order(r), b.Order(r)) })
	return keys
}

// Order is the place of the key among all that r defines, from 0.
func (k *ConfigKey) Order(r Release) int { return int(configKeyOrder[r][k.row]) }

func firstRow(name string) int {
	i, _ := slices.BinarySearchFunc(configKeys[:], name, func(k ConfigKey, name string) int {
		return strings.Compare(k.Name, name)
	})
	return i
}
