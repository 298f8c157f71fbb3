package manifest

import "github.com/kraftctl/kraftctl/release"

// maxVariables is far above any container's environment.
const maxVariables = 1000

// container is what a node is made of, whatever kind of file it stands in.
type container struct {
	// name is that of the Node, place where it is defined and imagePlace where its image is.
	name              string
	place, imagePlace Place
	image             string
	env               environment
	// command is what replaces the image's command, all its words; empty when nothing does.
	command string
	// mounts are the paths in the container where something is mounted.
	mounts []string
	// missing says what more the environment has that is not in this file; empty when nothing.
	missing string
}

// add judges whether a container is a Kafka node, and puts it, or a note why not, in the result.
func (r *reader) add(c container) {
	img := parseImage(c.image)
	f, known := familyOf(img, c.env)
	if f == nil || c.command != "" && known && !f.starts(c.command) {
		return // no Kafka, or a tool run from its image
	}
	if len(c.env) > maxVariables {
		r.err = errTooLarge
		return
	}
	props := f.translate(c.env, c.imagePlace)
	if len(props) == 0 {
		return // the image's own server.properties, or a mounted one, which is judged as the file it is
	}
	n := Node{Name: c.name, Image: c.image}
	if known {
		n.Release = f.releaseOf(img.tag)
	}
	if why := r.undecided(f, c, &n, props); why != "" {
		r.result.note("%s: %s is not judged: %s", r.file, c.name, why)
		return
	}
	if !known {
		named := "its image is not named"
		if c.image != "" {
			named = "image " + c.image + " is not one we know"
		}
		r.result.note("%s: %s: %s; its variables are read as those of %s", r.file, c.name, named, f.names[0])
	}
	n.clusterID(f, known, c)
	title := c.name
	if c.image != "" {
		title += " (" + c.image + ")"
	}
	n.write(title, c.place, props, c.env.secrets())
	r.result.Nodes = append(r.result.Nodes, n)
}

// undecided says why a node's configuration cannot be told from the file; empty when it can.
func (r *reader) undecided(f *family, c container, n *Node, props properties) string {
	if c.missing != "" {
		return c.missing
	}
	if rewrites(c.command) {
		return "its command changes the configuration"
	}
	if mount := f.configMount(c.mounts); mount != "" {
		return "a server.properties may be mounted at " + mount
	}
	if key := f.fillsIn(n, props); key != "" {
		return "images before Kafka 3.5 fill in " + key
	}
	if p, found := props.unknown(n.rules()); found {
		return "the value of " + p.key + " is not in the file: " + p.unknown
	}
	return ""
}

// clusterID is what the image formats the storage with.
func (n *Node) clusterID(f *family, known bool, c container) {
	for _, name := range f.cluster {
		if v, ok := c.env.lookup(name); ok && v.value != "" {
			if v.unknown == "" {
				n.ClusterID, n.ClusterIDPlace = v.value, v.place
			}
			return
		}
	}
	if known {
		n.ClusterID, n.ClusterIDPlace = f.defaultCluster, c.imagePlace
	}
}

// rules is the release whose keys apply.
func (n *Node) rules() release.Release {
	if n.Release != nil {
		return *n.Release
	}
	return release.Newest()
}
