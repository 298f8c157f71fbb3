package timeline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/metadata"

	"github.com/kraftctl/kraftctl/internal/wording"
)

func (o *observer) registerBroker(r *metadata.RegisterBrokerRecord) {
	old := o.image().Brokers[r.BrokerId]
	o.apply()
	b := o.image().Brokers[r.BrokerId]
	if b == nil {
		return
	}
	how := "registers"
	switch {
	case old != nil && old.Incarnation != b.Incarnation:
		how = "registers again after a restart"
	case old != nil:
		how = "renews its registration"
	}
	var notes []string
	if b.MigratingZK {
		notes = append(notes, "still on ZooKeeper")
	}
	if b.Rack.Valid {
		notes = append(notes, "rack "+b.Rack.String)
	}
	if b.Fenced {
		notes = append(notes, "fenced until it has caught up")
	}
	text := fmt.Sprintf("broker %d %s with epoch %d", r.BrokerId, how, b.Epoch)
	if len(notes) > 0 {
		text += " (" + strings.Join(notes, ", ") + ")"
	}
	o.emit(BrokerRegistered, []int32{r.BrokerId}, nil, "%s", text)
	if old != nil {
		o.directories(old.Directories, b)
	}
}

// brokerFlags tells what a record changes of a registered broker.
func (o *observer) brokerFlags(id int32) {
	b := o.image().Brokers[id]
	if b == nil {
		o.apply()
		return
	}
	old := *b
	o.apply()
	node := []int32{id}
	switch {
	case b.Fenced && !old.Fenced && old.InControlledShutdown:
		o.emit(BrokerFenced, node, nil, "broker %d is fenced: its controlled shutdown is done", id)
	case b.Fenced && !old.Fenced:
		o.emit(BrokerFenced, node, nil, "broker %d is fenced: it no longer leads or is in sync", id)
	case old.Fenced && !b.Fenced:
		o.emit(BrokerUnfenced, node, nil, "broker %d is unfenced", id)
	}
	if b.InControlledShutdown && !old.InControlledShutdown {
		o.emit(BrokerShutdown, node, nil, "broker %d begins a controlled shutdown", id)
	}
	o.directories(old.Directories, b)
	if cordoned := added(old.Cordoned, b.Cordoned); len(cordoned) > 0 {
		o.emit(DirectoryCordoned, node, nil, "broker %d cordons log directories: %s get no new replicas", id, strings.Join(cordoned, ", "))
	}
}

// directories tells of log directories that failed or came; directories that are not there any more after a change failed.
func (o *observer) directories(old []metadata.UUID, b *image.Broker) {
	if gone := added(b.Directories, old); len(gone) > 0 && len(b.Directories) > 0 {
		o.emit(DirectoryFailed, []int32{b.ID}, nil, "broker %d loses log directory %s; %s left", b.ID, strings.Join(gone, ", "), wording.Count(len(b.Directories), "directory"))
	}
	if come := added(old, b.Directories); len(come) > 0 && len(old) > 0 {
		o.emit(DirectoryAdded, []int32{b.ID}, nil, "broker %d has the log directory %s", b.ID, strings.Join(come, ", "))
	}
}

func (o *observer) registerController(r *metadata.RegisterControllerRecord) {
	old := o.image().Controllers[r.ControllerId]
	o.apply()
	how := "registers"
	if old != nil && old.Incarnation != r.IncarnationId {
		how = "registers again after a restart"
	}
	ready := ""
	if r.ZkMigrationReady {
		ready = ", ready for the migration from ZooKeeper"
	}
	o.emit(ControllerRegistered, []int32{r.ControllerId}, nil, "controller %d %s%s", r.ControllerId, how, ready)
}

// voters tells how the voters changed.
func (o *observer) voters(old map[int32]*image.Voter) {
	now := o.image().Voters
	for _, id := range sorted(now) {
		v, was := now[id], old[id]
		switch {
		case was == nil:
			o.emit(VoterAdded, []int32{id}, nil, "voter %d is added (directory %s); voters are %s", id, v.Directory, numbers(sorted(now)))
		case was.Directory != v.Directory:
			o.emit(VoterUpdated, []int32{id}, nil, "voter %d has another directory: %s → %s", id, was.Directory, v.Directory)
		case !slices.Equal(was.Endpoints, v.Endpoints) || was.MinVersion != v.MinVersion || was.MaxVersion != v.MaxVersion:
			o.emit(VoterUpdated, []int32{id}, nil, "voter %d is updated: %s, kraft.version %s", id,
				strings.Join(image.EndpointTexts(v.Endpoints), ", "), image.Range{Min: v.MinVersion, Max: v.MaxVersion})
		}
	}
	for _, id := range sorted(old) {
		if now[id] == nil {
			o.emit(VoterRemoved, []int32{id}, nil, "voter %d is removed; voters are %s", id, numbers(sorted(now)))
		}
	}
}
