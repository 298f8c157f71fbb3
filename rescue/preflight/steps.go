package preflight

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/release"
)

const featuresTool = "kafka-features.sh --bootstrap-server HOST:PORT "

// steps says what leads to a directory that the release loads.
func (c *checker) steps() {
	if c.report.Verdict == Loads {
		return
	}
	if !c.empty() && !c.possible() {
		return
	}
	lowered := !c.empty() && c.lower()
	c.snapshot(lowered)
	c.moveBootstrap()
	if c.empty() && slices.ContainsFunc(c.report.Findings, func(f Finding) bool {
		return f.isLevel() || slices.Contains([]string{"record-layout", "record-type", recordsIgnored}, f.ID)
	}) {
		c.reformat()
	}
	for i := range c.report.Findings {
		f := &c.report.Findings[i]
		if f.Fix != "" && f.Effect != Tells && !c.mentioned(f.Fix) {
			c.step("", Safe, f.Fix)
		}
	}
	if slices.ContainsFunc(c.report.Findings, func(f Finding) bool { return f.Effect == Breaks }) {
		c.step("kraftctl inspect verify "+c.report.Directory, Safe, "says of every damaged file what is lost, and what Kafka does about it when it starts")
	}
	c.step(fmt.Sprintf("kraftctl preflight %s --kafka-version %s", c.report.Directory, c.rel), Safe, "look again, at the directory of every node, before the new release is started")
}

// reformat is for a node that has never run.
func (c *checker) reformat() {
	cluster := c.report.ClusterID
	if cluster == "" {
		cluster = "CLUSTER_ID"
	}
	text := fmt.Sprintf("the node has never run: remove what the formatting wrote and format it anew, at a level and in files that %s reads; "+
		"other flags as before (--standalone, --initial-controllers, --no-initial-controllers, --add-scram)", c.rel)
	c.step(fmt.Sprintf("kraftctl format --portable --release-version %s -c server.properties -t %s", c.rel, cluster), Safe, text)
}

func (c *checker) step(command, risk, text string) {
	c.report.Steps = append(c.report.Steps, Step{Command: command, Risk: risk, Text: text})
}

func (c *checker) mentioned(text string) bool {
	return slices.ContainsFunc(c.report.Steps, func(s Step) bool { return s.Text == text })
}

// possible says what cannot be undone, if anything.
func (c *checker) possible() bool {
	version, versioned := c.levels[release.MetadataVersionFeature]
	can := supported(c.rel, release.MetadataVersionFeature, c.opts.Unstable)
	if versioned && version < can.low {
		c.raiseFirst(version, can)
		return false
	}
	if versioned && lowestFrom(version) > can.high {
		c.step(featuresTool+fmt.Sprintf("downgrade --feature metadata.version=%d", can.high), Impossible,
			fmt.Sprintf("metadata.version %s %s, since the form of the records changed there. Kafka answers: %s With --unsafe: %s",
				levelText(release.MetadataVersionFeature, version), howFar(version, lowestFrom(version)), refusedSafe, refusedUnsafe))
	}
	if slices.ContainsFunc(c.report.Findings, func(f Finding) bool { return f.ID == "dynamic-quorum" }) {
		c.step(featuresTool+"downgrade --feature kraft.version=0", Impossible, "Kafka answers: "+refusedKRaft)
	}
	if len(c.report.Steps) == 0 {
		return true
	}
	c.otherWays()
	return false
}

func howFar(version, back int16) string {
	if back == version {
		return "cannot be lowered at all"
	}
	return fmt.Sprintf("can be lowered to %s and no further", levelText(release.MetadataVersionFeature, back))
}

// raiseFirst is for a cluster that the release no longer knows the level of.
func (c *checker) raiseFirst(version int16, can span) {
	target := can.low
	c.step(featuresTool+fmt.Sprintf("upgrade --feature metadata.version=%d", target), Safe,
		fmt.Sprintf("while 3.3 … 3.9 runs: %s begins at %s, and the cluster is at %s", c.rel, levelText(release.MetadataVersionFeature, target), levelText(release.MetadataVersionFeature, version)))
	c.report.Steps = append(c.report.Steps, c.waitForSnapshot("ends after the upgrade of the level"))
	c.step(fmt.Sprintf("kraftctl preflight %s --kafka-version %s", c.report.Directory, c.rel), Safe, "look again")
}

func (c *checker) otherWays() {
	stay := "stay on the release that runs now"
	if r, ok := c.oldest(); ok {
		stay = fmt.Sprintf("stay on %s or newer", r)
	}
	c.step("", Safe, stay)
	c.step("kraftctl restore BACKUP.tar.zst DIR", Loses, "go back to a backup of before the upgrade, on all controllers: everything since is lost")
	c.step("kraftctl export topics "+c.report.Directory+" --format commands", Loses,
		fmt.Sprintf("or make a new cluster with %s and recreate topics, configs, ACLs, quotas and users there; the data has to be copied", c.rel))
}

// oldest is the oldest release that supports all levels of the cluster; false when one is of a release not known here.
func (c *checker) oldest() (release.Release, bool) {
	oldest := release.V3_3
	for name, level := range c.levels {
		r, ok := firstToSupport(name, level)
		if !ok {
			return 0, false
		}
		oldest = max(oldest, r)
	}
	return oldest, true
}

// lower gives the command that lowers the levels the release does not support.
func (c *checker) lower() bool {
	var features, texts []string
	risk, accepted := Safe, "; Kafka accepts it, no record is lost"
	for _, f := range c.report.Features {
		if f.Name == release.KRaftVersionFeature || f.Level <= f.Highest {
			continue
		}
		features = append(features, fmt.Sprintf("--feature %s=%d", f.Name, f.Highest))
		for _, l := range lossesOf(f.Name, f.Level, f.Highest) {
			texts = append(texts, f.Name+": "+l)
			risk = Loses
		}
		if !known(f.Name, f.Level) {
			texts = append(texts, fmt.Sprintf("%s: level %d is of a release not known here, and only that one tells whether it can be lowered and what is lost", f.Name, f.Level))
			risk, accepted = Loses, ""
		}
	}
	if len(features) == 0 {
		return false
	}
	text := "while the present release still runs on all nodes (the new one knows no way down)" + accepted
	for _, t := range texts {
		text += "; " + t
	}
	c.step(featuresTool+"downgrade "+strings.Join(features, " "), risk, text)
	return true
}

// snapshot says that records of the log that stand in the way have to be behind a snapshot.
func (c *checker) snapshot(lowered bool) {
	last, inSnapshot := int64(-1), false
	for i := range c.report.Findings {
		f := &c.report.Findings[i]
		if f.Effect != Stops || f.phase == atBootstrap || f.phase == atDirectory || f.ID == "no-metadata-version" || c.empty() {
			continue
		}
		if f.LastOffset == nil {
			inSnapshot = true
			continue
		}
		last = max(last, *f.LastOffset)
	}
	switch {
	case lowered:
		c.report.Steps = append(c.report.Steps, c.waitForSnapshot("ends after the downgrade of the levels"))
	case last >= 0:
		c.report.Steps = append(c.report.Steps, c.waitForSnapshot(fmt.Sprintf("ends after offset %d", last)))
	case inSnapshot:
		c.report.Steps = append(c.report.Steps, c.waitForSnapshot("is newer than the one that is read"))
	}
}

func (c *checker) waitForSnapshot(when string) Step {
	text := fmt.Sprintf("wait until every node has written a snapshot that %s: what is before it still has the records that %s refuses. "+
		"One is written every metadata.log.max.snapshot.interval.ms (1 hour by default) or metadata.log.max.record.bytes.between.snapshots (20 MiB)", when, c.rel)
	if c.how.logFirst {
		text += fmt.Sprintf("; and until the segments before it are removed (metadata.max.retention.ms, 7 days), since %s reads a log that begins at offset 0 from there", c.rel)
	}
	return Step{Risk: Safe, Text: text}
}

// moveBootstrap is for a bootstrap.checkpoint that nobody needs any more.
func (c *checker) moveBootstrap() {
	if c.empty() || !slices.ContainsFunc(c.report.Findings, func(f Finding) bool { return f.phase == atBootstrap && f.Effect == Stops }) {
		return
	}
	file := c.report.Directory + "/" + bootstrapName
	c.step(fmt.Sprintf("mv %s %s.old", file, file), Safe,
		fmt.Sprintf("with the node stopped, on every node: the log has long taken its records over, but %s still reads it at every start", c.rel))
}

// raises lists the levels that can be raised once the release runs.
func (c *checker) raises() {
	if c.report.Verdict == Fails {
		return
	}
	to := defaultLevel(c.rel)
	from, ok := c.levels[release.MetadataVersionFeature]
	if !ok {
		return
	}
	if from < to {
		c.report.Raises = append(c.report.Raises, Raise{release.MetadataVersionFeature, from, to, lowestFrom(to) <= from})
	}
	for _, f := range c.rel.Features() {
		level := c.levels[f.Name]
		if f.Name == release.KRaftVersionFeature && c.rel < raisesKRaft {
			continue
		}
		if wanted := f.Default(c.rel, to); level < wanted {
			c.report.Raises = append(c.report.Raises, Raise{f.Name, level, wanted, f.Name != release.KRaftVersionFeature})
		}
	}
}
