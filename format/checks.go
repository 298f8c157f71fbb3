package format

import (
	"errors"
	"maps"
	"slices"

	"github.com/kraftctl/kraftctl/clusterid"
	"github.com/kraftctl/kraftctl/metadata"
	"github.com/kraftctl/kraftctl/release"
)

// requireRoles refuses a configuration without process.roles, which is one of a ZooKeeper cluster.
func (p *planner) requireRoles() error {
	if p.req.Node.IsBroker() || p.req.Node.IsController() {
		return nil
	}
	return refuse("set process.roles to broker, controller or both", "The kafka configuration file appears to be for a legacy cluster. "+
		"Formatting is only supported for clusters in KRaft mode.").about("process.roles")
}

// readClusterID takes the cluster ID as the release does: as a UUID in canonical text until 3.6, as any text since.
func (p *planner) readClusterID() error {
	p.plan.ClusterID = p.req.ClusterID
	if !p.row.ClusterIDMustParse {
		return nil
	}
	id, err := clusterid.Parse(p.req.ClusterID)
	if err != nil {
		return refuse("kraftctl random-uuid makes one", "Cluster ID string %s does not appear to be a valid UUID: %s", p.req.ClusterID, err)
	}
	p.plan.ClusterID = id.String()
	return nil
}

// readFeatures reads --feature; 3.8 does not allow it beside --release-version.
func (p *planner) readFeatures() error {
	if p.row.Flow == release.FlowEnsemble && len(p.req.Features) > 0 && p.req.ReleaseVersion != nil {
		return refuse("leave one of the two out", "Both --release-version and --feature were set. Only one of the two flags can be set.")
	}
	features, refusal := parseFeatures(p.req.Features)
	if refusal != nil {
		return refusal
	}
	p.features = features
	return nil
}

// chooseLevels settles the level of every feature (3.9 and later).
func (p *planner) chooseLevels() error {
	r, version := p.req.Release, p.plan.MetadataVersion.Level
	if refusal := unsupported(r, p.features); refusal != nil {
		return refusal
	}
	kraft, refusal := p.kraftVersion()
	if refusal != nil {
		return refusal
	}
	p.plan.Levels = effectiveLevels(r, p.features, version, kraft)
	if refusal := checkLevels(r, p.plan.Levels, version, p.unstable); refusal != nil {
		return refusal
	}
	return nil
}

// readScram reads --add-scram.
func (p *planner) readScram() error {
	if len(p.req.Scram) == 0 {
		return nil
	}
	tooOld := refuse("choose --release-version 3.5 or later", "%s", p.row.ScramTooOld)
	old := p.plan.MetadataVersion.Level < release.LevelScram
	if old && p.row.Scram == release.ScramStrict {
		return tooOld
	}
	parse := parseScramStrictly
	if p.row.Scram == release.ScramLoose {
		parse = parseScramLoosely
	}
	for i, argument := range p.req.Scram {
		record, err := parse(argument, p.env.Rand)
		if err != nil {
			return aboutCredential(i+1, err)
		}
		p.scram = append(p.scram, record)
	}
	if old {
		return tooOld
	}
	return nil
}

// aboutCredential tells which credential a refusal is about.
func aboutCredential(number int, err error) error {
	var refusal *Refusal
	if errors.As(err, &refusal) {
		refusal.Credential = number
	}
	return err
}

// collectRecords puts the bootstrap records in order: metadata.version, the other features above zero by name
// (kraft.version is a control record), then the SCRAM credentials as given.
func (p *planner) collectRecords() error {
	level := func(name string, level int16) {
		p.plan.Records = append(p.plan.Records, &metadata.FeatureLevelRecord{Name: name, FeatureLevel: level})
	}
	level(release.MetadataVersionFeature, p.plan.MetadataVersion.Level)
	for _, name := range slices.Sorted(maps.Keys(p.plan.Levels)) {
		if p.plan.Levels[name] > 0 && name != release.KRaftVersionFeature {
			level(name, p.plan.Levels[name])
		}
	}
	for _, record := range p.scram {
		p.plan.Records = append(p.plan.Records, record)
	}
	return nil
}
