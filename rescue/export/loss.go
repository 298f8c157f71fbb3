package export

import (
	"strconv"

	"github.com/kraftctl/kraftctl/release"
)

// Reason says why something cannot be created by commands.
type Reason struct {
	// One and Many name what is lost.
	One, Many string
	// Why is the cause.
	Why string
}

// The reasons.
var (
	lostTopicID    = &Reason{"topic ID", "topic IDs", "the cluster gives every new topic an ID of its own"}
	lostHoles      = &Reason{"topic", "topics", "partition numbers have holes, and the tools number from 0"}
	lostPlacement  = &Reason{"topic", "topics", "a partition has no replicas to place"}
	lostSecret     = &Reason{"configuration", "configurations", "the value is secret and was not asked for with --show-secrets"}
	lostRedacted   = &Reason{"configuration", "configurations", "the value was replaced by " + release.Redacted + " when the incident bundle was made"}
	lostConfig     = &Reason{"configuration", "configurations", "kafka-configs.sh or the cluster does not take it"}
	lostResource   = &Reason{"resource with configurations", "resources with configurations", "kafka-configs.sh cannot name it"}
	lostQuota      = &Reason{"quota", "quotas", "kafka-configs.sh does not take it"}
	lostCredential = &Reason{"SCRAM credential", "SCRAM credentials", "the log has keys made from the password, and kafka-configs.sh wants the password"}
	lostToken      = &Reason{"delegation token", "delegation tokens", "a token cannot be made with an ID and HMAC of one's choice"}
	lostACL        = &Reason{"ACL", "ACLs", "kafka-acls.sh does not take it"}
)

// reasons is the order in which losses are told.
var reasons = []*Reason{
	lostHoles, lostPlacement, lostSecret, lostRedacted, lostConfig, lostResource, lostQuota, lostCredential, lostToken, lostACL, lostTopicID,
}

// Loss is how much of one sort the commands do not create.
type Loss struct {
	*Reason
	Count int
}

// String is the loss in words: "3 SCRAM credentials: the log has …".
func (l Loss) String() string {
	what := l.Many
	if l.Count == 1 {
		what = l.One
	}
	return strconv.Itoa(l.Count) + " " + what + ": " + l.Why
}

// Result is what WriteCommands wrote.
type Result struct {
	// Commands is how many commands there are.
	Commands int
	// Losses are what they do not create, each with a comment beginning "# cannot be recreated:" in the output.
	Losses []Loss
}
