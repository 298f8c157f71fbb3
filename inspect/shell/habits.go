package shell

import (
	"slices"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/release"
)

// habits are what differs from release to release in what the shell prints. Source: org.apache.kafka.shell,
// org.apache.kafka.image.node, and the toString methods of org.apache.kafka.metadata, of the releases named.
type habits struct {
	// since is the first release that has them.
	since release.Release
	// unsorted: ls and find print in the order of a HashMap.
	unsorted bool
	// tokens: there is /image/delegationToken.
	tokens bool
	// controllers: /image/cluster has brokers and controllers instead of the brokers themselves.
	controllers bool
	// directories: registrations and partitions print directories, partitions also eligible leaders.
	directories bool
	// cordoned: broker registrations print cordoned directories.
	cordoned bool
	// aclDirectory: access control entries are below byId.
	aclDirectory bool
	// recordACL: entries print as a Java record does.
	recordACL bool
	// migration says what becomes of /image/features/zkMigrationState.
	migration migrationHabit
	// optionalVersion: metadata.version prints as an Optional.
	optionalVersion bool
	// hidesKRaftVersion: a feature record of kraft.version is ignored.
	hidesKRaftVersion bool
	// nullTolerant: tree goes on at a name that leads nowhere.
	nullTolerant bool
	// resources are the types of resources that can have configurations, in the order of the enumeration.
	resources []int8
	// checked: configurations whose name is not known are dropped.
	checked bool
}

// migrationHabit is what a release shows of the migration from ZooKeeper.
type migrationHabit uint8

const (
	noMigration migrationHabit = iota
	// showsMigration: the state is a leaf.
	showsMigration
	// namesMigration: the name is listed, but there is no leaf.
	namesMigration
)

var (
	firstResources   = []int8{image.BrokerLoggerConfig, image.BrokerConfig, image.TopicConfig}
	metricsResources = append([]int8{image.ClientMetricsConfig}, firstResources...)
	groupResources   = append([]int8{image.GroupConfig}, metricsResources...)
)

// allHabits are the habits by release, oldest first.
var allHabits = []habits{
	{since: release.V3_5, unsorted: true, migration: showsMigration, resources: firstResources},
	{since: release.V3_6, tokens: true, migration: showsMigration, resources: firstResources},
	{
		since: release.V3_7, tokens: true, migration: showsMigration, controllers: true, directories: true,
		resources: metricsResources,
	},
	{
		since: release.V3_9, tokens: true, migration: showsMigration, controllers: true, directories: true,
		resources: metricsResources, aclDirectory: true,
	},
	{
		since: release.V4_0, tokens: true, migration: namesMigration, controllers: true, directories: true,
		resources: groupResources, aclDirectory: true, optionalVersion: true, hidesKRaftVersion: true, nullTolerant: true,
	},
	{
		since: release.V4_2, tokens: true, controllers: true, directories: true, resources: groupResources, aclDirectory: true,
		optionalVersion: true, hidesKRaftVersion: true, nullTolerant: true, recordACL: true, checked: true,
	},
	{
		since: release.V4_3, tokens: true, controllers: true, directories: true, resources: groupResources, aclDirectory: true,
		optionalVersion: true, hidesKRaftVersion: true, nullTolerant: true, recordACL: true, checked: true, cordoned: true,
	},
}

// habitsOf are the habits of a release from 3.5 on.
func habitsOf(r release.Release) *habits {
	for i := range slices.Backward(allHabits) {
		if allHabits[i].since <= r {
			return &allHabits[i]
		}
	}
	return &allHabits[0]
}
