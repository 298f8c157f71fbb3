package image

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/metadata"
)

// securityProtocols is the number of protocols there are (org.apache.kafka.common.security.auth.SecurityProtocol).
const securityProtocols = 4

func (b *Builder) registerBroker(r *metadata.RegisterBrokerRecord) {
	path := brokerPath(r.BrokerId)
	if old := b.img.Brokers[r.BrokerId]; old != nil && old.Epoch > r.BrokerEpoch {
		b.problem(BrokerEpochBack, path, false, "broker %d registers with epoch %d after %d", r.BrokerId, r.BrokerEpoch, old.Epoch)
	}
	broker := &Broker{
		ID: r.BrokerId, Epoch: r.BrokerEpoch, Incarnation: r.IncarnationId, Rack: cloneNull(r.Rack), Fenced: r.Fenced,
		InControlledShutdown: r.InControlledShutdown, MigratingZK: r.IsMigratingZkBroker,
		Directories: sortedIDs(r.LogDirs), Features: map[string]Range{},
	}
	if r.CordonedLogDirs != nil {
		broker.Cordoned = append([]metadata.UUID{}, r.CordonedLogDirs...)
	}
	for _, e := range r.EndPoints {
		broker.Endpoints = append(broker.Endpoints, Endpoint{Name: b.intern(e.Name), Host: b.intern(e.Host), Port: e.Port, Protocol: e.SecurityProtocol})
	}
	for _, f := range r.Features {
		broker.Features[b.intern(f.Name)] = Range{Min: f.MinSupportedVersion, Max: f.MaxSupportedVersion}
	}
	b.img.Brokers[r.BrokerId] = broker
}

func (b *Builder) unregisterBroker(r *metadata.UnregisterBrokerRecord) {
	if b.img.Brokers[r.BrokerId] == nil {
		b.problem(UnknownBroker, brokerPath(r.BrokerId), false, "broker %d is unregistered, which is not registered", r.BrokerId)
	}
	delete(b.img.Brokers, r.BrokerId)
}

// broker finds the broker to change; the record must be of its present epoch.
func (b *Builder) broker(id int32, epoch int64, action string) *Broker {
	broker := b.img.Brokers[id]
	switch {
	case broker == nil:
		b.problem(UnknownBroker, brokerPath(id), true, "tried to %s broker %d, which is not registered", action, id)
		return nil
	case broker.Epoch != epoch:
		b.problem(WrongBrokerEpoch, brokerPath(id), true, "tried to %s broker %d of epoch %d, but it is registered with epoch %d", action, id, epoch, broker.Epoch)
		return nil
	}
	return broker
}

func (b *Builder) fence(id int32, epoch int64, fenced bool) {
	action := "unfence"
	if fenced {
		action = "fence"
	}
	if broker := b.broker(id, epoch, action); broker != nil {
		broker.Fenced = fenced
	}
}

// brokerChange follows ClusterDelta.replay(BrokerRegistrationChangeRecord).
func (b *Builder) brokerChange(r *metadata.BrokerRegistrationChangeRecord) {
	broker := b.broker(r.BrokerId, r.BrokerEpoch, "change")
	if broker == nil {
		return
	}
	if r.Fenced < -1 || r.Fenced > 1 || r.InControlledShutdown < 0 || r.InControlledShutdown > 1 {
		b.problem(BadRegistration, brokerPath(r.BrokerId), true, "change of broker %d with fenced %d, in controlled shutdown %d: values nobody knows",
			r.BrokerId, r.Fenced, r.InControlledShutdown)
		return
	}
	if r.Fenced != 0 {
		broker.Fenced = r.Fenced == 1
	}
	if r.InControlledShutdown == 1 {
		broker.InControlledShutdown = true
	}
	if len(r.LogDirs) > 0 {
		broker.Directories = sortedIDs(r.LogDirs)
	}
	if r.CordonedLogDirs != nil {
		broker.Cordoned = append([]metadata.UUID{}, r.CordonedLogDirs...)
	}
}

func (b *Builder) registerController(r *metadata.RegisterControllerRecord) {
	c := &Controller{ID: r.ControllerId, Incarnation: r.IncarnationId, MigrationReady: r.ZkMigrationReady, Features: map[string]Range{}}
	for _, e := range r.EndPoints {
		if e.SecurityProtocol < 0 || e.SecurityProtocol >= securityProtocols {
			b.problem(BadRegistration, fmt.Sprintf("/controllers/%d", r.ControllerId), true, "controller %d registers a listener with security protocol %d", r.ControllerId, e.SecurityProtocol)
			return
		}
		c.Endpoints = append(c.Endpoints, Endpoint{Name: b.intern(e.Name), Host: b.intern(e.Host), Port: e.Port, Protocol: e.SecurityProtocol})
	}
	for _, f := range r.Features {
		c.Features[b.intern(f.Name)] = Range{Min: f.MinSupportedVersion, Max: f.MaxSupportedVersion}
	}
	b.img.Controllers[r.ControllerId] = c
}

func (b *Builder) unregisterController(r *metadata.UnregisterControllerRecord) {
	if b.img.Controllers[r.ControllerId] == nil {
		b.problem(UnknownController, fmt.Sprintf("/controllers/%d", r.ControllerId), false, "controller %d is unregistered, which is not registered", r.ControllerId)
	}
	delete(b.img.Controllers, r.ControllerId)
}

// control applies a control record: what the Raft layer knows, not the image of Kafka.
func (b *Builder) control(body metadata.Control) {
	switch c := body.(type) {
	case *metadata.LeaderChangeMessage:
		if b.at.Epoch < b.img.Leader.Epoch {
			b.problem(LeaderEpochBack, "/quorum", false, "leader %d of epoch %d after epoch %d", c.LeaderId, b.at.Epoch, b.img.Leader.Epoch)
		}
		b.img.Leader = Leader{ID: c.LeaderId, Epoch: b.at.Epoch, Offset: b.at.Offset}
	case *metadata.KRaftVersionRecord:
		b.img.KRaftVersion = c.KRaftVersion
	case *metadata.SnapshotHeaderRecord:
		covered := c.LastContainedLogTimestamp
		b.covered = &covered
	case *metadata.VotersRecord:
		b.voters(c)
	}
}

func (b *Builder) voters(c *metadata.VotersRecord) {
	b.img.Voters = make(map[int32]*Voter, len(c.Voters))
	for _, v := range c.Voters {
		voter := &Voter{
			ID: v.VoterId, Directory: v.VoterDirectoryId,
			MinVersion: v.KRaftVersionFeature.MinSupportedVersion, MaxVersion: v.KRaftVersionFeature.MaxSupportedVersion,
		}
		for _, e := range v.Endpoints {
			voter.Endpoints = append(voter.Endpoints, Endpoint{Name: b.intern(e.Name), Host: b.intern(e.Host), Port: e.Port, Protocol: -1})
		}
		b.img.Voters[v.VoterId] = voter
	}
}

func brokerPath(id int32) string { return fmt.Sprintf("/brokers/%d", id) }

func cloneNull(s metadata.NullString) metadata.NullString {
	s.String = strings.Clone(s.String)
	return s
}

// sortedIDs copies IDs in the order of org.apache.kafka.common.Uuid: by the halves, as signed numbers.
func sortedIDs(ids []metadata.UUID) []metadata.UUID {
	sorted := slices.Clone(ids)
	slices.SortFunc(sorted, compareIDs)
	return sorted
}

func compareIDs(a, b metadata.UUID) int {
	a[0], b[0], a[8], b[8] = a[0]^0x80, b[0]^0x80, a[8]^0x80, b[8]^0x80
	return bytes.Compare(a[:], b[:])
}
