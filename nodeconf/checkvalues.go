package nodeconf

import (
	"fmt"
	"strings"

	"github.com/kraftctl/kraftctl/release"
)

const (
	logDirsKey   = "log.dirs"
	logDirKey    = "log.dir"
	migrationKey = "zookeeper.metadata.migration.enable"
	zookeeperKey = "zookeeper.connect"
	bufferKey    = "log.cleaner.dedupe.buffer.size"
	threadsKey   = "log.cleaner.threads"
	heartbeatKey = "broker.heartbeat.interval.ms"
	sessionKey   = "broker.session.timeout.ms"
	waitKey      = "replica.fetch.wait.max.ms"
	socketKey    = "replica.socket.timeout.ms"
	lagKey       = "replica.lag.time.max.ms"
)

// valueSteps are the first checks of KafkaConfig.validateValues: those of single values and simple pairs.
func valueSteps() []step {
	return []step{
		{release.Since(release.V3_3), []string{"node.id", "broker.id"}, (*config).checkSameID},
		{release.Until(release.V3_9), []string{rolesKey, zookeeperKey, "broker.id", "node.id", migrationKey}, (*config).checkMode},
		{release.Since(release.V3_3), []string{"log.roll.ms", "log.roll.hours"}, (*config).checkRoll},
		{release.Since(release.V3_3), []string{"log.roll.jitter.ms", "log.roll.jitter.hours"}, (*config).checkJitter},
		{release.Since(release.V3_3), []string{"log.retention.ms", "log.retention.minutes", "log.retention.hours"}, (*config).checkRetention},
		{release.Since(release.V3_3), []string{logDirsKey, logDirKey}, (*config).checkLogDirs},
		{release.Range{Since: release.V3_6, Until: release.V3_7}, []string{logDirsKey, logDirKey, "remote.log.storage.system.enable"}, (*config).checkTieredDirs},
		{release.Since(release.V3_3), []string{bufferKey, threadsKey}, (*config).checkCleaner},
		{release.Since(release.V3_3), []string{waitKey, socketKey}, (*config).checkSocketTimeout},
		{release.Since(release.V3_3), []string{waitKey, lagKey}, (*config).checkLagTime},
		{release.Since(release.V4_2), []string{heartbeatKey, sessionKey}, (*config).checkHeartbeat},
		{release.Until(release.V3_8), []string{requiredAcksKey, replicasKey}, (*config).checkRequiredAcks},
	}
}

func (c *config) checkSameID() {
	if c.integer("node.id") == c.integer("broker.id") {
		return
	}
	message := "You must set `node.id` to the same value as `broker.id`."
	if c.since(release.V4_4) {
		message = "`node.id` and `broker.id` must be set to the same value. `broker.id` is deprecated, please use `node.id` instead."
	}
	c.fail(configException, "broker.id", message, "remove broker.id; node.id alone is enough")
}

// checkMode is what differs between ZooKeeper mode, which has no roles, and KRaft mode.
func (c *config) checkMode() {
	if c.roles == (Roles{}) {
		c.checkZooKeeperMode()
		return
	}
	if c.integer("node.id") < 0 {
		c.fail(configException, "node.id", "Missing configuration `node.id` which is required when `process.roles` is defined (i.e. when running in KRaft mode).",
			"add node.id=N, a number of 0 or more that no other node of the cluster has")
		return
	}
	if c.boolean(migrationKey) && !c.has(zookeeperKey) {
		c.fail(configException, zookeeperKey, "If using `zookeeper.metadata.migration.enable` in KRaft mode, `zookeeper.connect` must also be set.",
			"add zookeeper.connect, or remove zookeeper.metadata.migration.enable once the migration is done").Pos = c.place(migrationKey)
	}
}

func (c *config) checkZooKeeperMode() {
	if !c.has(zookeeperKey) {
		c.fail(configException, zookeeperKey, "Missing required configuration `zookeeper.connect` which has no default value.",
			"without process.roles this is a ZooKeeper broker; add process.roles=broker, controller or both to run in KRaft mode")
		return
	}
	id, reserved := c.integer("broker.id"), c.integer("reserved.broker.max.id")
	if !c.boolean("broker.id.generation.enable") {
		c.require(id >= 0, "broker.id", "broker.id must be greater than or equal to 0", "give broker.id a number of 0 or more")
		return
	}
	if c.boolean(migrationKey) && c.since(release.V3_9) && !c.require(id >= 0, "broker.id",
		"broker.id generation is incompatible with ZooKeeper migration. Please stop using it before enabling migration (set broker.id to a value greater or equal to 0).",
		"set broker.id to the id the broker has now (see its meta.properties)") {
		return
	}
	c.require(id >= -1 && id <= reserved, "broker.id", "broker.id must be greater than or equal to -1 and not greater than reserved.broker.max.id",
		fmt.Sprintf("use an id up to %d, or set broker.id.generation.enable=false", reserved))
}

// firstGiven is the number of the first key with a value, times its unit in milliseconds.
func (c *config) firstGiven(units ...unit) (int64, string) {
	for _, u := range units {
		if c.has(u.key) {
			return c.integer(u.key) * u.millis, u.key
		}
	}
	return 0, ""
}

type unit struct {
	key    string
	millis int64
}

const (
	minute = 60 * 1000
	hour   = 60 * minute
)

func (c *config) checkRoll() {
	ms, key := c.firstGiven(unit{"log.roll.ms", 1}, unit{"log.roll.hours", hour})
	c.require(ms >= 1, key, "log.roll.ms must be greater than or equal to 1", "use 1 or more")
}

func (c *config) checkJitter() {
	ms, key := c.firstGiven(unit{"log.roll.jitter.ms", 1}, unit{"log.roll.jitter.hours", hour})
	c.require(ms >= 0, key, "log.roll.jitter.ms must be greater than or equal to 0", "use 0 or more")
}

func (c *config) checkRetention() {
	ms, key := c.firstGiven(unit{"log.retention.ms", 1}, unit{"log.retention.minutes", minute}, unit{"log.retention.hours", hour})
	c.require(ms != 0, key, "log.retention.ms must be unlimited (-1) or, greater than or equal to 1", "use -1 to keep everything, or 1 or more")
}

// logDirs is log.dirs or else log.dir.
func (c *config) logDirs() (dirs []string, key string) {
	if c.has(logDirsKey) {
		return c.list(logDirsKey), logDirsKey
	}
	return c.list(logDirKey), logDirKey
}

func (c *config) checkLogDirs() {
	dirs, key := c.logDirs()
	c.require(len(dirs) > 0, key, "At least one log directory must be defined via log.dirs or log.dir.", "name a directory; an empty log.dirs hides log.dir")
}

// checkTieredDirs refuses several directories with remote storage, as 3.6 and 3.7 do.
func (c *config) checkTieredDirs() {
	dirs, key := c.logDirs()
	if len(dirs) > 1 && c.boolean("remote.log.storage.system.enable") {
		c.fail(configException, key, "Multiple log directories `"+strings.Join(dirs, ",")+"` are not supported when remote log storage is enabled",
			"keep one directory, turn remote storage off, or upgrade to 3.8")
	}
}

func (c *config) checkCleaner() {
	threads := int64(int32(c.integer(threadsKey)))
	if threads == 0 {
		c.fail(arithmetic, threadsKey, "/ by zero", "use 1 or more")
		return
	}
	c.require(c.integer(bufferKey)/threads > 1024*1024, c.given(bufferKey, threadsKey), "log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.",
		fmt.Sprintf("use more than %d for %d threads", 1024*1024*threads, threads))
}

func (c *config) checkSocketTimeout() {
	c.require(c.integer(waitKey) <= c.integer(socketKey), c.given(socketKey, waitKey),
		"replica.socket.timeout.ms should always be at least replica.fetch.wait.max.ms to prevent unnecessary socket timeouts",
		fmt.Sprintf("set replica.socket.timeout.ms to %d or more, or lower replica.fetch.wait.max.ms", c.integer(waitKey)))
}

func (c *config) checkLagTime() {
	c.require(c.integer(waitKey) <= c.integer(lagKey), c.given(waitKey, lagKey),
		"replica.fetch.wait.max.ms should always be less than or equal to replica.lag.time.max.ms to prevent frequent changes in ISR",
		fmt.Sprintf("set replica.fetch.wait.max.ms to %d or less, or raise replica.lag.time.max.ms", c.integer(lagKey)))
}

// checkHeartbeat logs an error when a lost heartbeat fences the broker.
func (c *config) checkHeartbeat() {
	heartbeat, session := int32(c.integer(heartbeatKey)), int32(c.integer(sessionKey))
	if heartbeat*2 <= session {
		return
	}
	c.warn("ERROR", heartbeatKey, fmt.Sprintf("%s (%d ms) must be less than or equal to half of the %s (%d ms). "+
		"The %[3]s is configured on controller. The %[1]s is configured on broker. "+
		"If a broker doesn't send heartbeat request within %[3]s, it loses broker lease. "+
		"Please increase %[3]s or decrease %[1]s.", heartbeatKey, heartbeat, sessionKey, session))
}
