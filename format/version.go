package format

import (
	"fmt"
	"strings"

	"github.com/kraftctl/kraftctl/release"
)

// parseReleaseVersion reads --release-version.
func (p *planner) parseReleaseVersion() error {
	text, given := p.req.releaseVersion()
	if !given {
		return nil
	}
	r := p.req.Release
	version, known := r.ParseMetadataVersion(text)
	if !known || p.row.UnstableByFlagOnly && !p.unstable && !version.Stable(r) {
		return p.badVersion(text)
	}
	p.requested = &version
	return nil
}

// badVersion words the answer to an unknown version; how much of the known ones it lists depends on the release.
func (p *planner) badVersion(text string) *Refusal {
	r := p.req.Release
	known := r.MetadataVersions()
	args := []any{text}
	switch strings.Count(p.row.BadVersion, "%s") {
	case 2:
		args = append(args, supportedVersions(r, p.unstable))
	case 3:
		args = append(args, known[0].Name, known[len(known)-1].Name)
	}
	hint := fmt.Sprintf("Kafka %s formats with %s unless told otherwise", r, r.LatestStableMetadataVersion().Name)
	return refuse(hint, p.row.BadVersion, args...)
}

// supportedVersions lists the versions a release names when it does not know one.
func supportedVersions(r release.Release, unstable bool) string {
	var names []string
	for _, v := range r.MetadataVersions() {
		if unstable || v.Stable(r) {
			names = append(names, v.Name)
		}
	}
	return strings.Join(names, ", ")
}

// versionOfLevel reads --feature metadata.version=N.
func (p *planner) versionOfLevel(level int16) (release.MetadataVersion, *Refusal) {
	r := p.req.Release
	version, known := r.MetadataVersionAt(level)
	if known {
		return version, nil
	}
	args := []any{level}
	if all := r.MetadataVersions(); strings.Count(p.row.BadLevel, "%d") == 3 {
		args = append(args, all[0].Level, all[len(all)-1].Level)
	}
	return version, refuse("name a release with --release-version instead", p.row.BadLevel, args...)
}

// chooseVersion settles the metadata.version in releases before 3.9: the flag, the feature, or the release's default.
func (p *planner) chooseVersion() error {
	if err := p.parseReleaseVersion(); err != nil {
		return err
	}
	level, byFeature := p.features[release.MetadataVersionFeature]
	switch {
	case byFeature && p.req.ReleaseVersion == nil:
		version, refusal := p.versionOfLevel(level)
		if refusal != nil {
			return refusal
		}
		p.plan.MetadataVersion = version
	case p.requested != nil:
		p.plan.MetadataVersion = *p.requested
	default:
		p.plan.MetadataVersion = p.req.Release.LatestStableMetadataVersion()
	}
	if p.plan.MetadataVersion.Level < release.LevelKRaft {
		return refuse("choose a later --release-version", "%s", p.row.BelowKRaft)
	}
	return nil
}

// chooseFormatterVersion settles the metadata.version from 3.9 on (Formatter.verifyReleaseVersion).
func (p *planner) chooseFormatterVersion() error {
	r := p.req.Release
	level, byFeature := p.features[release.MetadataVersionFeature]
	version := r.LatestStableMetadataVersion()
	switch {
	case byFeature && p.requested != nil:
		return refuse("leave one of the two out",
			"Use --release-version instead of --feature metadata.version=X to avoid ambiguity.")
	case byFeature:
		named, refusal := p.versionOfLevel(level)
		if refusal != nil {
			return refusal
		}
		version = named
	case p.requested != nil:
		version = *p.requested
	case p.unstable:
		version = r.LatestMetadataVersion()
	}
	if version.Level < release.LevelKRaft {
		return refuse("choose a later --release-version", p.row.BelowKRaft, version.Name)
	}
	if !version.Stable(r) && !p.unstable {
		return refuse("choose a stable version, or set unstable.feature.versions.enable=true on a cluster you can lose",
			p.row.Unstable, version.Name)
	}
	p.plan.MetadataVersion = version
	return nil
}

// requireStableVersion holds 3.7 and 3.8 to a version ready for production, unless told otherwise by the configuration.
func (p *planner) requireStableVersion() error {
	version := p.plan.MetadataVersion
	switch {
	case version.Stable(p.req.Release):
		return nil
	case p.unstable:
		p.plan.Notices = append(p.plan.Notices, fmt.Sprintf(p.row.UnstableWarning, version.Name))
		return nil
	}
	return refuse("choose an earlier --release-version", p.row.Unstable, version.Name)
}

// requireBootstrapVersion refuses a version that no bootstrap snapshot can hold.
func (p *planner) requireBootstrapVersion() error {
	if p.plan.MetadataVersion.Level >= release.LevelBootstrap {
		return nil
	}
	refusal := refuse("choose --release-version 3.3 or later", "%s", p.row.BootstrapTooOld)
	if p.row.LateBootstrapCheck && p.req.Exact {
		p.late = refusal
		return nil
	}
	return refusal
}

// requireOneDirectory refuses several log directories on a broker whose metadata.version cannot tell them apart.
func (p *planner) requireOneDirectory() error {
	version := p.plan.MetadataVersion
	if !p.req.Node.IsBroker() || len(p.req.Node.LogDirs) < 2 || version.Level >= release.LevelDirectories {
		return nil
	}
	return refuse("choose --release-version 3.7 or leave one directory", "Invalid configuration for metadata version: requirement failed: "+
		"Multiple log directories (aka JBOD) are not supported in the current MetadataVersion %s. Need 3.7-IV2 or higher", version.Name).about("log.dirs")
}
