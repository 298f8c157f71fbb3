package recovery

import (
	"fmt"
	"math"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/metalog"

	"github.com/kraftctl/kraftctl/internal/wording"
)

// weighLoss tells which committed records may be missing.
func (p *planner) weighLoss() error {
	e := p.chosen.extent
	l := &p.plan.Loss
	*l = Loss{CertainEnd: p.certainEnd(), Kept: e.End, From: -1, Until: -1, Words: []string{}}
	here := p.presence(p.report.Voters)
	earlier, err := p.earlierVoters()
	if err != nil {
		return err
	}
	if before := p.presence(earlier); len(earlier) > 0 && here.enough && !before.enough {
		here = before
		here.earlier = true
	}
	switch {
	case p.plan.Chosen.Overridden:
		p.overriddenLoss(here.enough && !p.ranked[0].doubtful)
	case !here.enough || p.chosen.doubtful || l.CertainEnd > e.End:
		l.From = min(l.CertainEnd, e.End, p.undisputed())
	default:
		l.Safe = true
	}
	if l.CertainTime, err = p.timeBefore(min(l.CertainEnd, e.End)); err != nil {
		return err
	}
	if l.KeptTime, err = p.timeBefore(e.End); err != nil {
		return err
	}
	p.sayLoss(here)
	if p.plan.Mode == Endpoints && !l.Safe {
		return refuse("leave --from out, or take copies that are whole; voters whose disks are damaged count as dead: --dead IDS --force-standalone",
			"with new addresses for living voters, all of them would take over what is in %s, and committed records may be missing there: %s", p.chosen.Copy.Name, l.Words[0])
	}
	return nil
}

// certainEnd is the offset below which everything is certainly committed. What a majority has counts only if the epochs are right, and
// if the copies are of disks that vote; the newest snapshot counts in any case. What lies behind damage does not count, because no
// checksum covers a batch's offset.
func (p *planner) certainEnd() int64 {
	snapshots := int64(0)
	if list := p.chosen.extent.Snapshots; len(list) > 0 {
		snapshots = list[0].Offset
	}
	sound := snapshots
	for _, c := range p.ranked {
		if c.replaced {
			return snapshots
		}
		if c.extent != nil {
			sound = max(sound, c.extent.End, c.Copy.Snapshot.Offset)
		}
	}
	if p.chosen.doubtful {
		return snapshots
	}
	return min(p.report.Committed.Certain, sound)
}

// overriddenLoss is for a copy that does not go as far as the best one.
func (p *planner) overriddenLoss(complete bool) {
	l := &p.plan.Loss
	best := p.ranked[0]
	agrees := agreesUntil(p.chosen, best)
	l.From = agrees
	if complete {
		l.Until = best.extent.End
	} else {
		l.From = min(agrees, l.CertainEnd, p.undisputed())
	}
}

// undisputed is the offset up to which no copy has anything else than the chosen one, or the chosen one's snapshot tells that this was
// committed. What is certainly committed may be what another copy has, which is damaged elsewhere.
func (p *planner) undisputed() int64 {
	until := int64(math.MaxInt64)
	if p.chosen.Copy.Name != p.report.Reference {
		until = p.chosen.agrees
	}
	for _, c := range p.ranked {
		if c == p.chosen || c.extent == nil {
			continue
		}
		if agrees := agreesUntil(p.chosen, c); agrees < c.extent.End {
			until = min(until, agrees)
		}
	}
	if list := p.chosen.extent.Snapshots; len(list) > 0 {
		until = max(until, list[0].Offset)
	}
	return until
}

// agreesUntil is the offset up to which two extents hold the same: the smaller end, or where the later of the epochs both have
// ends first (KIP-595: an epoch and an offset name one record).
func agreesUntil(a, b *candidate) int64 {
	x, y := a.extent, b.extent
	end := min(x.End, y.End)
	for i := len(x.run.epochs) - 1; i >= 0; i-- {
		for j := len(y.run.epochs) - 1; j >= 0; j-- {
			if x.run.epochs[i].Epoch == y.run.epochs[j].Epoch {
				return min(end, epochEnd(x, i), epochEnd(y, j))
			}
		}
	}
	return min(end, x.Start, y.Start)
}

func epochEnd(e *Extent, i int) int64 {
	if i+1 < len(e.run.epochs) {
		return e.run.epochs[i+1].Offset
	}
	return e.End
}

// timeBefore is the time of the last batch of the chosen copy before an offset, or of its snapshot; -1 when neither tells.
func (p *planner) timeBefore(offset int64) (int64, error) {
	e := p.chosen.extent
	if offset <= 0 {
		return -1, nil
	}
	if offset >= e.End && e.LastTime >= 0 {
		return e.LastTime, nil
	}
	for b, err := range p.chosen.Copy.Log.Batches(max(offset-1, 0)) {
		if err != nil {
			if _, ok := asDamage(err); ok {
				continue
			}
			return -1, err
		}
		if b.BaseOffset < offset {
			return b.MaxTimestamp, nil
		}
		break
	}
	for _, s := range e.Snapshots {
		if s.Offset > 0 {
			return p.chosen.Copy.Log.SnapshotTime(s)
		}
	}
	return -1, nil
}

func (p *planner) sayf(format string, args ...any) {
	p.plan.Loss.Words = append(p.plan.Loss.Words, fmt.Sprintf(format, args...))
}

func (p *planner) sayLoss(here presence) {
	l := &p.plan.Loss
	n := len(here.voters)
	switch {
	case l.Safe && n == 1:
		p.sayf("Nothing that was committed is missing: the whole copy of the only voter is here, if it is what the node had when it stopped.")
	case l.Safe && len(here.missing) == 0:
		p.sayf("Nothing that was committed is missing: whole copies of all %d voters are here, if each is what the node had when it stopped.", n)
	case l.Safe:
		p.sayf("Nothing that was committed is missing: whole copies of all voters but %s are here, and whatever was committed, %d of %d voters had it. That holds if each copy is what the node had when it stopped.",
			wording.IDs(here.missing), n/2+1, n)
	case p.plan.Chosen.Overridden:
		p.sayOverridden()
	case l.CertainEnd > l.Kept:
		p.sayf("Committed records are missing: everything before offset %d was committed (%s), and the seed ends before offset %d.",
			l.CertainEnd, p.report.Committed.Why, l.Kept)
	case p.chosen.doubtful && here.enough:
		p.sayf("Committed records may be missing: whether the copy of %s goes furthest is open, because its last epoch is one that its quorum-state has not heard of.", p.chosen.Copy.Title())
	}
	if !here.enough {
		p.sayIncomplete(here)
	}
	p.sayCertain()
	p.sayUnseen()
}

// sayCertain tells what is certainly committed, and what becomes of the rest.
func (p *planner) sayCertain() {
	l := &p.plan.Loss
	if l.CertainEnd > 0 {
		p.sayf("Everything before offset %d, written until %s, is certainly committed: %s.", l.CertainEnd, orUnknown(l.CertainTime), p.report.Committed.Why)
	} else {
		p.sayf("No copy proves how far committing got: a snapshot would, or copies of %d voters with the same records.", p.report.Majority)
	}
	if !l.Safe && !p.plan.Chosen.Overridden && l.From < min(l.CertainEnd, l.Kept) {
		p.sayf("Another copy has something else than the seed from offset %d on, and which of the two was committed is open.", l.From)
	}
	if l.CertainEnd < l.Kept {
		p.sayf("What may or may not have been committed, %s, is kept, as a leader keeps what it has, and is committed from now on: a change that nobody was told had succeeded may turn out to have.",
			offsets(l.CertainEnd, l.Kept))
	}
}

func (p *planner) sayOverridden() {
	l, best := &p.plan.Loss, p.ranked[0]
	p.sayf("--from leaves out what %s has and the chosen copy has not, or has otherwise: some of it, up to offset %d, may have been committed. The two agree on everything before offset %d at least.",
		best.Copy.Title(), best.extent.End-1, l.From)
	if l.From < l.CertainEnd {
		p.sayf("WARNING: %s, certainly committed: what the chosen copy lacks there is lost with this choice.", offsets(l.From, l.CertainEnd))
	}
}

// sayIncomplete tells what the voters that are missing may have committed without the others.
func (p *planner) sayIncomplete(here presence) {
	l := &p.plan.Loss
	n := len(here.voters)
	why := fmt.Sprintf("%d of %d voters are enough to commit", n/2+1, n)
	switch {
	case n == 1:
		why = "it commits alone"
	case len(here.missing) <= n/2:
		why = fmt.Sprintf("half of %d voters are enough for a leader among them to add a voter or to remove one without the others, and to commit with the new voters", n)
	}
	if here.earlier {
		p.sayf("The last change of the voters may not have been committed, so that the voters before it, %s, count as well.", wording.IDs(here.voters))
	}
	p.sayf("Committed records may be missing: of %s no whole copy is here, and %s. What they committed after the seed's last record, offset %d of %s, is lost; these copies cannot tell whether there is any.",
		voters(here.missing), why, l.Kept-1, orUnknown(l.KeptTime))
	if l.CertainEnd < l.Kept {
		p.sayf("If they elected a leader that %s did not follow, that leader may have put other records in the place of the last of what is not certainly committed (%s), and those are lost as well.",
			p.chosen.Copy.Title(), offsets(l.CertainEnd, l.Kept))
	}
	c := p.chosen.Copy
	if n := len(c.Epochs); n > 0 && c.Epochs[n-1].Leader == c.NodeID && c.Epochs[n-1].Epoch == p.heardByAll() && p.chosen.extent.End == c.End {
		p.sayf("%s itself led epoch %d, the latest that anybody here has heard of, and a leader has all that is committed in its epoch: records are missing only if the others elected another leader when %s was gone.",
			c.Title(), c.Epochs[n-1].Epoch, c.Title())
	}
	for _, one := range p.ranked {
		if one == p.chosen || p.voter(one.Copy.NodeID) || one.extent == nil || heard(one.Copy) > one.extent.LastEpoch {
			continue
		}
		if furthest(p.chosen.extent, one.extent) >= 0 {
			p.sayf("%s, which fetched from whoever led, does not go further either (offset %d): the less likely that something is missing, if it ran to the end.", one.Copy.Title(), one.extent.End-1)
		}
	}
}

// heardByAll is the latest epoch that any copy has heard of.
func (p *planner) heardByAll() int32 {
	epoch := int32(0)
	for _, c := range p.ranked {
		epoch = max(epoch, heard(c.Copy))
	}
	return epoch
}

// sayUnseen tells of an epoch that was heard of and of which no copy has a record.
func (p *planner) sayUnseen() {
	epoch := p.heardByAll()
	if epoch <= p.ranked[0].extent.LastEpoch {
		return
	}
	var hearer, stood *candidate
	for _, c := range p.ranked {
		q := c.Copy.Quorum
		switch {
		case q == nil || q.LeaderEpoch != epoch:
		case q.LeaderID >= 0:
			p.sayf("%s has heard of epoch %d, led by %d, of which no copy has a record: what was written then is not here.", c.Copy.Title(), epoch, q.LeaderID)
			return
		case q.VotedID == c.Copy.NodeID && c.Copy.NodeID >= 0:
			stood = c
		case hearer == nil:
			hearer = c
		}
	}
	switch {
	case stood != nil:
		p.sayf("%s stood for election itself in epoch %d, of which no copy has a record. By itself that is no sign of a loss: before 4.0, a node that finds no majority tries again about once a second, each time in a new epoch.", stood.Copy.Title(), epoch)
	case hearer != nil:
		p.sayf("%s has heard of epoch %d, whose winner it does not know, of which no copy has a record: what was written then is not here.", hearer.Copy.Title(), epoch)
	}
}

func orUnknown(ms int64) string {
	if ms < 0 {
		return "an unknown time"
	}
	return image.Time(ms)
}

// snapshotNames are the base names.
func snapshotNames(list []metalog.Name) []string {
	names := make([]string, len(list))
	for i, n := range list {
		names[i] = n.Base
	}
	return names
}
