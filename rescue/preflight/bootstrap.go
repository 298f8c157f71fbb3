package preflight

import (
	"fmt"
	"maps"
	"slices"

	"github.com/kraftctl/kraftctl/image"
	"github.com/kraftctl/kraftctl/metalog"
	"github.com/kraftctl/kraftctl/release"
)

// shownChanges bounds the details of a finding.
const shownChanges = 12

// bootstrap judges the file that begins an empty log. Most releases look at bootstrap.checkpoint whether the log is empty or not.
func (c *checker) bootstrap() error {
	n, found := c.bootstrapFile()
	begins := c.empty() && !c.fetches()
	switch {
	case begins && found:
		c.report.Reads.Bootstrap = n.Base
	case begins:
		c.report.Reads.Bootstrap = byDefault
	case c.empty():
		c.report.Reads.Bootstrap = byLeader
	}
	if c.log.Bootstrap.Kind == metalog.Bootstrap {
		c.useBootstrap(n)
	}
	if !found {
		if begins {
			c.levels[release.MetadataVersionFeature] = defaultLevel(c.rel)
		}
		return nil
	}
	b := newScan(c.rel, c.opts.Unstable)
	b.bootstrap, b.first = true, begins
	if err := c.file(n, b.record); err != nil {
		return err
	}
	if begins {
		maps.Copy(c.levels, b.levels)
	}
	for _, f := range b.findings {
		c.find(*f)
	}
	return nil
}

// bootstrapFile is the file whose records would begin the log, and that the release decodes at its start.
func (c *checker) bootstrapFile() (metalog.Name, bool) {
	if zero, ok := c.zero(); ok && c.how.zero == zeroBootstrap && c.zeroRecords > 0 {
		return zero, true
	}
	return c.log.Bootstrap, c.log.Bootstrap.Kind == metalog.Bootstrap
}

func (c *checker) useBootstrap(begins metalog.Name) {
	shown := c.report.Directory + "/" + bootstrapName
	switch {
	case begins.Kind != metalog.Bootstrap:
		c.use(shown, ignored, "the 0-0 snapshot has metadata records")
	case c.empty() && c.fetches():
		c.use(shown, read, "but not used: "+fromLeader)
	case c.empty():
		c.use(shown, read, "its records begin the log")
	default:
		c.use(shown, read, "but not used: the log has its own records")
	}
}

// recordsIgnored is the ID of the finding that metadata records of a 0-0 snapshot are passed over.
const recordsIgnored = "records-ignored"

// waitForOwnSnapshot is what to do about records that only the release that ran the node last has loaded.
const waitForOwnSnapshot = "start the node with the release that ran it last until it has written a snapshot, which then holds everything"

// hidden finds what the release passes over although no other file has it: the metadata records of a 0-0 snapshot.
func (c *checker) hidden(v *metalog.Log, s *scan) error {
	_, hasVersion := s.levels[release.MetadataVersionFeature]
	lacking := s.records > 0 && !hasVersion
	if lacking {
		c.withoutVersion()
	}
	if c.zeroRecords == 0 || len(c.log.Snapshots) > 1 {
		return nil
	}
	if len(v.Snapshots) > 0 && c.joins() {
		return nil
	}
	if len(v.Snapshots) > 0 {
		return c.neverLogged()
	}
	if c.empty() && (c.how.zero == zeroBootstrap || c.fetches()) {
		return nil
	}
	changes, err := c.lost(v)
	if err != nil || len(changes) == 0 {
		return err
	}
	zero, _ := c.zero()
	fix := ""
	if !c.empty() && !lacking {
		fix = waitForOwnSnapshot
	}
	message := fmt.Sprintf("%s passes over the metadata records of the 0-0 snapshot, and no other file has them", c.rel)
	if c.empty() {
		message += fmt.Sprintf("; it begins the log with %s instead", c.beginning())
	}
	c.find(Finding{
		ID: recordsIgnored, Effect: Hides, Role: ControllerRole, File: c.log.Path(zero.Base), Count: c.zeroRecords, Message: message,
		Details: details(changes), phase: atReplay, place: -1,
		Fix: fix,
	})
	return nil
}

// beginning says with what the release begins an empty log.
func (c *checker) beginning() string {
	if c.report.Reads.Bootstrap == bootstrapName {
		return bootstrapName
	}
	return fmt.Sprintf("its own default, metadata.version %s and no other feature", levelText(release.MetadataVersionFeature, defaultLevel(c.rel)))
}

// withoutVersion tells that none of the records sets metadata.version.
func (c *checker) withoutVersion() {
	f := Finding{
		ID: "no-metadata-version", Effect: Tells, Role: AnyRole, phase: atReplay, place: c.report.Reads.EndOffset,
		Message: fmt.Sprintf("no record that %s loads sets metadata.version; it takes it for 1 (3.0-IV1)", c.rel),
	}
	if c.how.noVersion != "" {
		f.Effect, f.Log = Stops, []string{c.how.noVersion}
		f.Message = fmt.Sprintf("no record that %s loads sets metadata.version", c.rel)
		f.Fix = "the log began before 3.3, at 1 (3.0-IV1): raise the level while 3.3 … 3.9 runs, with " + featuresTool +
			"upgrade --feature metadata.version=7, and wait for a snapshot"
	}
	if c.zeroRecords > 0 && c.how.zero != zeroState {
		f.Message += "; the 0-0 snapshot has it, which was loaded by 3.6 … 4.2 and is passed over from 4.3 on"
		f.Fix = waitForOwnSnapshot
	}
	c.find(f)
}

// neverLogged warns of records that a release loads from the 0-0 snapshot and never writes into the log.
func (c *checker) neverLogged() error {
	without := *c.log
	without.Snapshots = nil
	own := newScan(c.rel, c.opts.Unstable)
	if err := each(without.Records(image.End), own.record); err != nil {
		return err
	}
	if _, ok := own.levels[release.MetadataVersionFeature]; ok {
		return nil
	}
	zero, _ := c.zero()
	f := Finding{
		ID: "records-not-in-log", Effect: Tells, Role: ControllerRole, File: c.log.Path(zero.Base), Count: c.zeroRecords,
		Message: fmt.Sprintf("%s loads the records of the 0-0 snapshot and never writes them into the log: other nodes do not get them, brokers of their own never come up, "+
			"and 4.3 and later do not load the log it leaves until it has written a snapshot", c.rel),
		Fix: "for a cluster of several nodes format with kraftctl format --portable", phase: atReplay, place: -1,
	}
	if c.apart() {
		f.Effect = Hides
	}
	c.find(f)
	return nil
}

// apart reports whether the node is known not to be the only one of its cluster, both broker and controller.
func (c *checker) apart() bool {
	several := c.voterCount > 1 || len(c.opts.Voters) > 1 || c.quorum != nil && len(c.quorum.Voters) > 1
	return several || len(c.opts.Roles) > 0 && !(slices.Contains(c.opts.Roles, "broker") && slices.Contains(c.opts.Roles, "controller"))
}

// lost is how the state of the release differs from that of all the files.
func (c *checker) lost(v *metalog.Log) ([]image.Change, error) {
	opts := image.DefaultOptions()
	whole := image.NewBuilder(opts)
	if err := each(c.log.Records(image.End), whole.Apply); err != nil {
		return nil, err
	}
	whole.Finish()
	seen := image.NewBuilder(opts)
	if err := each(v.Records(image.End), seen.Apply); err != nil {
		return nil, err
	}
	if zero, ok := c.zero(); ok {
		if err := c.file(zero, func(r *metalog.Record) {
			if r.Control != nil {
				seen.Apply(r)
			}
		}); err != nil {
			return nil, err
		}
	}
	if c.report.Reads.Bootstrap == bootstrapName {
		if err := c.file(c.log.Bootstrap, seen.Apply); err != nil {
			return nil, err
		}
	}
	seen.Finish()
	if c.report.Reads.Bootstrap == byDefault {
		seen.Image().Features[release.MetadataVersionFeature] = defaultLevel(c.rel)
	}
	return image.Diff(seen.Image(), whole.Image()), nil
}

// details names what differs; values of secrets are not among it.
func details(changes []image.Change) []string {
	var lines []string
	for i, change := range changes {
		if i == shownChanges {
			lines = append(lines, fmt.Sprintf("… and %d more", len(changes)-i))
			break
		}
		line := change.Path
		if len(change.Fields) == 1 && !change.Fields[0].Secret && change.Fields[0].New != nil {
			line += fmt.Sprintf(" = %v", change.Fields[0].New)
		}
		lines = append(lines, line)
	}
	return lines
}
