package validate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/release"
)

// voterRules hold the voters against the controllers there are.
func voterRules() []*Rule {
	return []*Rule{
		{
			Slug: "voter-endpoint-mismatch", Severity: Error, cluster: voterEndpointMismatch,
			Doc: Doc{
				What: "A controller's own entry in controller.quorum.voters has another port than its controller listener (from 3.9 on: than it advertises, if it does), or the host of another node.",
				Why:  "The others cannot reach it.",
				Fix:  "Make them agree.",
			},
			Bad:  "process.roles=controller\nnode.id=1\ncontroller.quorum.voters=1@c1:9093\nlisteners=CONTROLLER://c1:9094\ncontroller.listener.names=CONTROLLER\n",
			Good: threeControllers,
		},
		{
			Slug: "voter-not-a-controller", Severity: Error, cluster: voterNotAController,
			Doc: Doc{
				What: "No file has the ID of a voter, although there are files of controllers.",
				Why:  "The voter counts against the majority for ever.",
				Fix:  "Add the node, or remove the voter.",
			},
			Bad:  Example(strings.Replace(twoControllers, "process.roles=controller\nnode.id=2", "process.roles=broker\nnode.id=11", 1)),
			Good: threeControllers,
		},
		{
			Slug: "process-roles-missing", Severity: Error, cluster: processRolesMissing,
			Doc: Doc{
				What: "A file has no process.roles, among those of KRaft nodes, and does not migrate.",
				Why:  "3.x starts it as a ZooKeeper broker; 4.x refuses.",
				Fix:  "Set process.roles.",
			},
			Bad:  "-- a.properties --\nprocess.roles=broker\nnode.id=11\ncontroller.quorum.voters=1@c1:9093\n-- b.properties --\nnode.id=12\ncontroller.quorum.voters=1@c1:9093\n",
			Good: threeControllers,
		},
		{
			Slug: "controller-listener-name-differs", Severity: Error, cluster: controllerListenerNameDiffers,
			Doc: Doc{
				What: "The first of controller.listener.names is not that of the controllers. With static voters the name is local to each node, and this is advice.",
				Why:  "With a dynamic quorum the broker follows the leader and never registers.",
				Fix:  "Use one name on all nodes.",
			},
			Bad: "-- c1.properties --\nprocess.roles=controller\nnode.id=1\ncontroller.quorum.bootstrap.servers=c1:9093\nlisteners=CONTROLLER://c1:9093\ncontroller.listener.names=CONTROLLER\n" +
				"-- d1.properties --\nprocess.roles=broker\nnode.id=11\ncontroller.quorum.bootstrap.servers=c1:9093\ncontroller.listener.names=CTRL\n",
			Good: threeControllers,
		},
	}
}

func voterEndpointMismatch(c *cluster, r *reporter) {
	owners := c.hostOwners()
	for _, n := range c.controllers {
		own, votes := n.voter(n.id)
		e, ok := n.controllerEndpoint()
		if !votes || !n.hasID || !ok {
			continue
		}
		key := listenersKey
		if n.hasAdvertised && n.advertisesControllers() {
			if _, advertised := find(n.advertised, n.controllerName()); advertised {
				key = advertisedKey
			}
		}
		if e.port != own.port && isPort(e.port) && isPort(own.port) {
			r.at(n, votersKey, "the others look for controller %d at port %d, and its listener is at %d", n.id, own.port, e.port).see(n, key, "the controller listener")
			continue
		}
		if other := owners[own.host]; other != nil && other != n && n.certainlyNot(own.host) {
			r.at(n, votersKey, "the others look for controller %d at %s, which is the host of node %d", n.id, own.host, other.id).
				see(other, other.given(advertisedKey, listenersKey), "the host of another node")
		}
	}
}

// hostOwners are the nodes that go by each name; a name two nodes go by has none.
func (c *cluster) hostOwners() map[string]*node {
	owners := map[string]*node{}
	for _, n := range c.nodes {
		for _, host := range n.hosts() {
			if _, taken := owners[host]; taken {
				owners[host] = nil
				continue
			}
			owners[host] = n
		}
	}
	return owners
}

// certainlyNot tells whether the node goes by names, none of which may be host.
func (n *node) certainlyNot(host string) bool {
	hosts := n.hosts()
	return len(hosts) > 0 && !slices.ContainsFunc(hosts, func(own string) bool { return !hostsDiffer(own, host) })
}

func voterNotAController(c *cluster, r *reporter) {
	ref := c.referenceVoters()
	if len(c.controllers) == 0 || ref == nil || c.partial || slices.ContainsFunc(c.nodes, func(n *node) bool { return !n.hasID }) {
		return
	}
	var missing []string
	for _, v := range ref.voters {
		if text := fmt.Sprint(v.id); c.ids[v.id] == nil && !slices.Contains(missing, text) {
			missing = append(missing, text)
		}
	}
	if len(missing) > 0 {
		r.at(ref, votersKey, "there is no node with the ID of voter %s", joined(missing))
	}
}

func processRolesMissing(c *cluster, r *reporter) {
	if !slices.ContainsFunc(c.nodes, func(n *node) bool { return n.kraft }) {
		return
	}
	for _, n := range c.nodes {
		if n.kraft || n.zkBroker || n.unknown(rolesKey) {
			continue
		}
		if c.migrating && n.has(zookeeperKey) {
			continue // a ZooKeeper broker that has yet to be told of the migration
		}
		f := r.at(n, rolesKey, "this file has no process.roles, and others have")
		if n.release < release.V4_0 {
			f.Message += ": Kafka " + n.release.String() + " takes it for a ZooKeeper broker"
		}
	}
}

func firstControllerName(n *node) (string, bool) {
	name := n.controllerName()
	return name, name != "" && !n.unknown(controllerKey)
}

func controllerListenerNameDiffers(c *cluster, r *reporter) {
	ref := reference(agreement(c.controllers, firstControllerName), nil)
	if ref == nil {
		return
	}
	for _, n := range c.nodes {
		name, ok := firstControllerName(n)
		if !ok || name == ref.value {
			continue
		}
		r.at(n, controllerKey, "the controllers call their listener %s, and this node calls it %s", ref.value, name).
			asIf(len(n.voters) > 0, Info).see(ref.first(), controllerKey, "the controllers' name")
	}
}

// bootstrapRules are about controller.quorum.bootstrap.servers.
func bootstrapRules() []*Rule {
	return []*Rule{
		{
			Slug: "bootstrap-endpoint-mismatch", Severity: Error, Releases: release.Since(release.V3_9), cluster: bootstrapEndpointMismatch,
			Doc: Doc{
				What: "None of a node's bootstrap servers is a controller of the fleet; where some are not, this is a warning. A host no file mentions counts as right at a controller's port.",
				Why:  "The node never finds the quorum.",
				Fix:  "Correct the host or the port.",
			},
			Bad: "-- c1.properties --\nprocess.roles=controller\nnode.id=1\ncontroller.quorum.bootstrap.servers=c1:9093\nlisteners=CONTROLLER://c1:9093\ncontroller.listener.names=CONTROLLER\n" +
				"-- d1.properties --\nprocess.roles=broker\nnode.id=11\ncontroller.quorum.bootstrap.servers=c1:9092\ncontroller.listener.names=CONTROLLER\n",
			Good: "-- c1.properties --\nprocess.roles=controller\nnode.id=1\ncontroller.quorum.bootstrap.servers=c1:9093\nlisteners=CONTROLLER://c1:9093\ncontroller.listener.names=CONTROLLER\n",
		},
		{
			Slug: "bootstrap-servers-differ", Severity: Info, Releases: release.Since(release.V3_9), cluster: bootstrapServersDiffer,
			Doc: Doc{
				What: "controller.quorum.bootstrap.servers differs between nodes as a set.",
				Why:  "Some nodes know fewer controllers.",
				Fix:  "Give all nodes the same list.",
			},
			Bad:  "-- a.properties --\nprocess.roles=broker\nnode.id=11\ncontroller.quorum.bootstrap.servers=c1:9093,c2:9093\n-- b.properties --\nprocess.roles=broker\nnode.id=12\ncontroller.quorum.bootstrap.servers=c1:9093\n",
			Good: "-- a.properties --\nprocess.roles=broker\nnode.id=11\ncontroller.quorum.bootstrap.servers=c1:9093,c2:9093\n-- b.properties --\nprocess.roles=broker\nnode.id=12\ncontroller.quorum.bootstrap.servers=c2:9093,c1:9093\n",
		},
	}
}

// controllerAddresses are where the controllers of a cluster can be reached, as far as their files tell.
type controllerAddresses struct {
	ports map[int]bool
	exact map[hostPort]bool
}

func (c *cluster) controllerAddresses() controllerAddresses {
	a := controllerAddresses{map[int]bool{}, map[hostPort]bool{}}
	for _, n := range c.controllers {
		e, ok := n.controllerEndpoint()
		if !ok {
			continue
		}
		a.ports[e.port] = true
		a.exact[hostPort{host: e.host, port: e.port}] = true
		if !isNamed(e.host) {
			for _, host := range n.hosts() {
				a.exact[hostPort{host: host, port: e.port}] = true
			}
		}
		if own, votes := n.voter(n.id); votes { // a file with both quorum keys
			a.exact[hostPort{host: own.host, port: own.port}] = true
		}
	}
	return a
}

func bootstrapEndpointMismatch(c *cluster, r *reporter) {
	addresses := c.controllerAddresses()
	if len(addresses.ports) == 0 {
		return
	}
	mentioned := map[string]bool{}
	for _, n := range c.nodes {
		for _, host := range n.hosts() {
			mentioned[host] = true
		}
	}
	for _, n := range c.nodes {
		var wrong []string
		count := 0
		for _, b := range n.bootstrap {
			at := hostPort{host: b.host, port: b.port}
			if !addresses.exact[at] && (mentioned[b.host] || !addresses.ports[b.port]) && isPort(b.port) && !isWildcard(b.host) && !c.partial {
				wrong = append(wrong, at.String())
				count++
			}
		}
		if len(wrong) > 0 {
			r.at(n, bootstrapKey, "no controller is at %s", joined(slices.Compact(wrong))).asIf(count < len(n.bootstrap), Warning).
				see(c.controllers[0], c.controllers[0].given(advertisedKey, listenersKey), "a controller is here")
		}
	}
}

func bootstrapSet(n *node) (string, bool) {
	var servers []string
	for _, b := range n.bootstrap {
		servers = append(servers, hostPort{host: b.host, port: b.port}.String())
	}
	slices.Sort(servers)
	return strings.Join(slices.Compact(servers), ","), len(servers) > 0
}

func bootstrapServersDiffer(c *cluster, r *reporter) {
	deviating(c.nodes, bootstrapSet, nil, func(n, ref *node) {
		r.at(n, bootstrapKey, "this node has other bootstrap servers than most").see(ref, bootstrapKey, "most nodes have this")
	})
}
