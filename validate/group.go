package validate

import (
	"path"
	"slices"
	"strings"
)

// clustersOf sorts nodes into clusters. Nodes are of one cluster unless it is certain that there are several: groups that
// name no common controller, and of which each has all the controllers it names. Everything else joins the one whose files
// are nearest. A disagreement between nodes must not hide because they were taken for strangers.
func clustersOf(nodes []*node, opts Options) []*cluster {
	if len(nodes) == 0 {
		return nil
	}
	whole, rest := wholeClusters(nodes)
	if opts.ClusterID != "" || len(whole) < 2 {
		return []*cluster{newCluster(commonDir(nodes), nodes, opts)}
	}
	dirs := make([]string, len(whole))
	for i, g := range whole {
		dirs[i] = commonDir(g)
	}
	for _, n := range rest {
		best, length := 0, -1
		for i, dir := range dirs {
			if l := len(commonPath(path.Dir(n.src.Path), dir)); l > length {
				best, length = i, l
			}
		}
		whole[best] = append(whole[best], n)
	}
	var clusters []*cluster
	for i, g := range whole {
		slices.SortFunc(g, func(a, b *node) int { return a.index - b.index })
		name := dirs[i]
		if slices.Contains(dirs[:i], name) || slices.Contains(dirs[i+1:], name) {
			name = g[0].src.Path
		}
		clusters = append(clusters, newCluster(name, g, opts))
	}
	return clusters
}

// wholeClusters joins nodes that name a common controller, or have one cluster ID, and tells groups that lack none of their
// controllers from the nodes of the others.
func wholeClusters(nodes []*node) (whole [][]*node, rest []*node) {
	sets := newSets(len(nodes))
	at := map[string]int{}
	for i, n := range nodes {
		for _, tie := range ties(n) {
			if other, ok := at[tie]; ok {
				sets.join(i, other)
			} else {
				at[tie] = i
			}
		}
	}
	groups := map[int][]*node{}
	var order []int
	for i, n := range nodes {
		root := sets.find(i)
		if groups[root] == nil {
			order = append(order, root)
		}
		groups[root] = append(groups[root], n)
	}
	for _, root := range order {
		if lacksNoController(groups[root]) {
			whole = append(whole, groups[root])
		} else {
			rest = append(rest, groups[root]...)
		}
	}
	return whole, rest
}

// ties are what two nodes of one cluster have in common.
func ties(n *node) []string {
	var all []string
	for _, v := range n.voters {
		all = append(all, v.hostPort.String())
	}
	for _, b := range n.bootstrap {
		all = append(all, b.String())
	}
	if n.controller && len(n.voters) == 0 {
		for _, host := range n.hosts() {
			if e, ok := n.controllerEndpoint(); ok {
				all = append(all, hostPort{host: host, port: e.port}.String())
			}
		}
	}
	for _, m := range n.metas {
		if m.sound && !m.NoClusterID {
			all = append(all, "cluster.id "+m.ClusterID)
		}
	}
	return all
}

// lacksNoController tells whether the controllers of a group are all the voters its first controller names.
func lacksNoController(nodes []*node) bool {
	controllers := map[int32]bool{}
	var first *node
	for _, n := range nodes {
		if n.controller && n.hasID {
			controllers[n.id] = true
			if first == nil {
				first = n
			}
		}
	}
	if first == nil {
		return false
	}
	for _, v := range first.voters {
		if !controllers[v.id] {
			return false
		}
	}
	return len(first.voters) > 0 || len(controllers) >= len(first.bootstrap)
}

func commonDir(nodes []*node) string {
	dir := path.Dir(nodes[0].src.Path)
	for _, n := range nodes[1:] {
		dir = commonPath(dir, path.Dir(n.src.Path))
	}
	return dir
}

// commonPath is the longest directory above both, or either itself.
func commonPath(a, b string) string {
	for a != b && !strings.HasPrefix(b, strings.TrimSuffix(a, "/")+"/") {
		parent := path.Dir(a)
		if parent == a {
			break
		}
		a = parent
	}
	return a
}

// sets are disjoint sets of numbers.
type sets []int

func newSets(n int) sets {
	s := make(sets, n)
	for i := range s {
		s[i] = i
	}
	return s
}

func (s sets) find(i int) int {
	for s[i] != i {
		s[i] = s[s[i]]
		i = s[i]
	}
	return i
}

func (s sets) join(i, j int) { s[s.find(i)] = s.find(j) }

// knownID is the cluster's ID as the caller told it or most meta.properties have it.
func (c *cluster) knownID() string {
	if c.clusterID != "" {
		return c.clusterID
	}
	count, best := map[string]int{}, ""
	for _, m := range c.metas {
		if m.sound && !m.NoClusterID {
			if count[m.ClusterID]++; best == "" || count[m.ClusterID] > count[best] {
				best = m.ClusterID
			}
		}
	}
	return best
}
