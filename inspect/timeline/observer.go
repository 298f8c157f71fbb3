package timeline

import (
	"fmt"
	"slices"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/inspect/steps"
	"github.com/kraftctl/kraftctl/metadata"
)

// observer makes events of the records it is shown one after the other.
type observer struct {
	build   *image.Builder
	secrets bool
	storms  storms
	events  []*Event
	// created is the topic that was created last, whose partitions follow.
	created *Event
	health  health
	// at is the record that is being looked at, wanted whether it makes events: not in a snapshot, nor outside the range.
	at     *steps.Step
	wanted bool
	copy   string
}

func newObserver(opts Options, copyName string) *observer {
	return &observer{
		build: image.NewBuilder(image.DefaultOptions()), secrets: opts.ShowSecrets, copy: copyName,
		storms: storms{window: opts.Fold.Milliseconds(), open: map[string]*Event{}},
	}
}

// image is the state before or after the record, as it happens.
func (o *observer) image() *image.Image { return o.build.Image() }

// apply applies the record that is being looked at.
func (o *observer) apply() { o.build.Apply(&o.at.Record) }

// event is an event of the record that is being looked at.
func (o *observer) event(kind Kind, nodes []int32, topics []string, format string, args ...any) Event {
	r := &o.at.Record
	level := levels[kind]
	if level == "" {
		level = Info
	}
	return Event{
		Offset: r.Offset, LastOffset: r.Offset, Time: r.Timestamp, LastTime: r.Timestamp, Epoch: r.Epoch, Controller: o.image().Leader.ID,
		Kind: kind, Level: level, Nodes: nodes, Topics: topics, Count: 1, Copy: o.copy, Text: fmt.Sprintf(format, args...),
	}
}

func (o *observer) emit(kind Kind, nodes []int32, topics []string, format string, args ...any) *Event {
	if !o.wanted {
		return nil
	}
	e := o.event(kind, nodes, topics, format, args...)
	o.events = append(o.events, &e)
	return &e
}

// look makes the events of a record and applies it.
func (o *observer) look(s *steps.Step, wanted bool) {
	o.at, o.wanted = s, wanted && !s.InSnapshot()
	if s.Control != nil {
		o.control()
		return
	}
	switch r := s.Record.Record.(type) {
	case nil:
	case *metadata.TopicRecord:
		o.topic(r)
	case *metadata.PartitionRecord:
		o.partition(r)
	case *metadata.PartitionChangeRecord:
		o.partitionChange(r)
	case *metadata.RemoveTopicRecord:
		o.removeTopic(r)
	case *metadata.RegisterBrokerRecord:
		o.registerBroker(r)
	case *metadata.FenceBrokerRecord:
		o.brokerFlags(r.Id)
	case *metadata.UnfenceBrokerRecord:
		o.brokerFlags(r.Id)
	case *metadata.BrokerRegistrationChangeRecord:
		o.brokerFlags(r.BrokerId)
	case *metadata.UnregisterBrokerRecord:
		o.apply()
		o.emit(BrokerUnregistered, []int32{r.BrokerId}, nil, "broker %d is unregistered", r.BrokerId)
	case *metadata.AbortTransactionRecord:
		o.emit(TransactionAborted, nil, nil, "a transaction is aborted, with it %d records: %s", s.Dropped, reason(r.Reason))
	default:
		o.lookRest(s)
	}
}

func reason(text metadata.NullString) string {
	if !text.Valid {
		return "no reason is told"
	}
	return text.String
}

func (o *observer) lookRest(s *steps.Step) {
	switch r := s.Record.Record.(type) {
	case *metadata.RegisterControllerRecord:
		o.registerController(r)
	case *metadata.ConfigRecord:
		o.config(r)
	case *metadata.ClientQuotaRecord:
		o.quota(r)
	case *metadata.FeatureLevelRecord:
		o.feature(r)
	case *metadata.AccessControlEntryRecord:
		o.acl(r)
	case *metadata.RemoveAccessControlEntryRecord:
		o.removeACL(r)
	case *metadata.UserScramCredentialRecord:
		o.user(r.Name, r.Mechanism)
	case *metadata.RemoveUserScramCredentialRecord:
		o.user(r.Name, r.Mechanism)
	case *metadata.DelegationTokenRecord:
		o.token(r)
	case *metadata.RemoveDelegationTokenRecord:
		o.apply()
		o.emit(TokenChanged, nil, nil, "delegation token %s is removed", r.TokenId)
	case *metadata.ZkMigrationStateRecord:
		o.migration()
	default:
		o.apply()
	}
}

// control makes the events of a control record.
func (o *observer) control() {
	before := o.image()
	leader, level, voters := before.Leader, before.KRaftVersion, before.Voters
	o.apply()
	switch c := o.at.Control.(type) {
	case *metadata.LeaderChangeMessage:
		o.elected(c, leader)
	case *metadata.KRaftVersionRecord:
		if c.KRaftVersion != level {
			o.emit(FeatureChanged, nil, nil, "kraft.version %d → %d", level, c.KRaftVersion)
		}
	case *metadata.VotersRecord:
		o.voters(voters)
	}
}

func (o *observer) elected(c *metadata.LeaderChangeMessage, before image.Leader) {
	var voters, grants []int32
	for _, v := range c.Voters {
		voters = append(voters, v.VoterId)
	}
	for _, v := range c.GrantingVoters {
		grants = append(grants, v.VoterId)
	}
	slices.Sort(voters)
	slices.Sort(grants)
	text := fmt.Sprintf("controller %d is elected in epoch %d by %s of voters %s", c.LeaderId, o.at.Epoch, numbers(grants), numbers(voters))
	switch {
	case before.ID < 0:
	case before.ID == c.LeaderId:
		text += ", again"
	default:
		text += fmt.Sprintf(", after %d", before.ID)
	}
	if lost := o.at.Epoch - before.Epoch - 1; before.Epoch >= 0 && lost > 0 {
		text += fmt.Sprintf(" (%d between elected nobody)", lost)
	}
	o.emit(ControllerElected, []int32{c.LeaderId}, nil, "%s", text)
}

// numbers lists IDs: "1, 2, 3".
func numbers(ids []int32) string {
	if len(ids) == 0 {
		return "nobody"
	}
	text := ""
	for i, id := range ids {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprint(id)
	}
	return text
}
