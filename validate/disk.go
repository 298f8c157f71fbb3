package validate

import (
	"slices"

	"github.com/kraftctl/kraftctl/metaprops"
	"github.com/kraftctl/kraftctl/nodeconf"
	"github.com/kraftctl/kraftctl/release"
)

// OnDisk reads the meta.properties in the log directories that the sources configure. A directory that several sources
// configure is on this machine for one of them at most: the one whose ID it has, or else nobody.
func OnDisk(fsys FileSystem, found *Found, rel release.Release, reading nodeconf.Options) []Meta {
	r := newRun(found.Sources, Options{Release: rel, Reading: reading})
	users := map[string][]*node{}
	var dirs []string
	for _, n := range r.nodes {
		if n.src.Lines != nil { // the directories are those of a container
			continue
		}
		all := n.logDirs
		if dir, ok := n.text(metadataDirKey); ok && dir != "" {
			all = append(slices.Clone(all), dir)
		}
		for _, dir := range all {
			if users[dir] == nil {
				dirs = append(dirs, dir)
			}
			if !slices.Contains(users[dir], n) {
				users[dir] = append(users[dir], n)
			}
		}
	}
	known := map[string]bool{}
	for _, m := range found.Metas {
		known[m.Path] = true
	}
	var metas []Meta
	for _, dir := range dirs {
		name := metaprops.FileIn(dir)
		text, err := readFile(fsys, nil, name)
		if err != nil || known[name] {
			continue // not formatted here, which is no mistake of the configuration
		}
		m := Meta{Path: name, Text: text}
		if user := userOf(readMeta(m), users[dir]); user != nil {
			m.Owner = user.src.Path
			metas = append(metas, m)
		}
	}
	return metas
}

func userOf(m *metaFile, users []*node) *node {
	if len(users) == 1 {
		return users[0]
	}
	for _, n := range users {
		if m.sound && !m.NoNodeID && n.hasID && m.NodeID == n.id {
			return n
		}
	}
	return nil
}
