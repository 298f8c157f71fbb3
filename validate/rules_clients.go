package validate

// brokerPair is an example of two brokers that differ in some lines.
func brokerPair(first, second string) Example {
	return Example("-- a.properties --\nprocess.roles=broker\nnode.id=11\ncontroller.quorum.voters=1@c1:9093\ncontroller.listener.names=CONTROLLER\n" + first +
		"-- b.properties --\nprocess.roles=broker\nnode.id=12\ncontroller.quorum.voters=1@c1:9093\ncontroller.listener.names=CONTROLLER\n" + second)
}

// clientRules are about what brokers advertise.
func clientRules() []*Rule {
	return []*Rule{
		{
			Slug: "advertised-collision", Severity: Error, cluster: advertisedCollision,
			Doc: Doc{
				What: "Two nodes advertise one host:port.",
				Why:  "Both register, and clients reach the wrong one.",
				Fix:  "Advertise distinct endpoints.",
			},
			Bad:  brokerPair("listeners=PLAINTEXT://:9092\nadvertised.listeners=PLAINTEXT://b1:9092\n", "listeners=PLAINTEXT://:9092\nadvertised.listeners=PLAINTEXT://b1:9092\n"),
			Good: brokerPair("listeners=PLAINTEXT://:9092\nadvertised.listeners=PLAINTEXT://b1:9092\n", "listeners=PLAINTEXT://:9092\nadvertised.listeners=PLAINTEXT://b2:9092\n"),
		},
		{
			Slug: "advertised-localhost", Severity: Error, cluster: advertisedLocalhost,
			Doc: Doc{
				What: "The inter-broker listener is advertised as localhost, 127.* or ::1, while the fleet has other hosts. For another listener this is a warning, and in the production profile only.",
				Why:  "Everyone else connects to himself.",
				Fix:  "Advertise the real name.",
			},
			Bad:  brokerPair("listeners=PLAINTEXT://:9092\nadvertised.listeners=PLAINTEXT://localhost:9092\n", "listeners=PLAINTEXT://:9092\nadvertised.listeners=PLAINTEXT://b2:9092\n"),
			Good: brokerPair("listeners=PLAINTEXT://:9092\nadvertised.listeners=PLAINTEXT://b1:9092\n", "listeners=PLAINTEXT://:9092\nadvertised.listeners=PLAINTEXT://b2:9092\n"),
		},
		{
			Slug: "advertised-missing", Severity: Info, cluster: advertisedMissing,
			Doc: Doc{
				What: "A broker listens on all interfaces and has no advertised.listeners, in a fleet of several nodes.",
				Why:  "What the JVM takes for the name of the host is advertised.",
				Fix:  "Say what to advertise.",
			},
			Bad:  brokerPair("listeners=PLAINTEXT://:9092\n", "listeners=PLAINTEXT://b2:9092\n"),
			Good: brokerPair("listeners=PLAINTEXT://b1:9092\n", "listeners=PLAINTEXT://b2:9092\n"),
		},
		{
			Slug: "inter-broker-listener-differs", Severity: Error, cluster: interBrokerListenerDiffers,
			Doc: Doc{
				What: "Brokers name different inter-broker listeners, and one lacks the other's.",
				Why:  "Replication between them cannot find an address.",
				Fix:  "Name one listener on all brokers; while rolling, have both listeners everywhere first.",
			},
			Bad: brokerPair("listeners=ONE://b1:9092\nlistener.security.protocol.map=ONE:SSL,CONTROLLER:SSL\ninter.broker.listener.name=ONE\n",
				"listeners=TWO://b2:9092\nlistener.security.protocol.map=TWO:SSL,CONTROLLER:SSL\ninter.broker.listener.name=TWO\n"),
			Good: brokerPair("listeners=ONE://b1:9092\nlistener.security.protocol.map=ONE:SSL,CONTROLLER:SSL\ninter.broker.listener.name=ONE\n",
				"listeners=ONE://b2:9092\nlistener.security.protocol.map=ONE:SSL,CONTROLLER:SSL\ninter.broker.listener.name=ONE\n"),
		},
	}
}

func advertisedCollision(c *cluster, r *reporter) {
	seen := map[hostPort]*node{}
	for _, n := range c.nodes {
		entries := n.advertised
		if !n.hasAdvertised {
			entries = n.brokerEndpoints(entries)
		}
		for _, e := range entries {
			at := hostPort{host: e.host, port: e.port}
			if !e.wellFormed || isWildcard(e.host) || !isPort(e.port) || isLoopback(e.host) && !c.development {
				continue // on loopback each machine has its own; that is advertised-localhost
			}
			first := seen[at]
			if first == nil {
				seen[at] = n
			} else if first != n {
				r.at(n, n.given(advertisedKey, listenersKey), "%s advertises %s as well", first.src.Path, at).
					see(first, first.given(advertisedKey, listenersKey), "the other node that advertises it")
			}
		}
	}
}

func advertisedLocalhost(c *cluster, r *reporter) {
	if len(c.hosts) == 0 || len(c.nodes) < 2 && !c.partial {
		return
	}
	for _, n := range c.brokers {
		for _, e := range n.brokerEndpoints(n.advertised) {
			if !isLoopback(e.host) {
				continue
			}
			if e.name == n.interBroker {
				r.at(n, n.given(advertisedKey, listenersKey), "the other brokers are told to reach this one at %s, which is themselves", e.hostPort)
			} else if r.profile == Production {
				r.at(n, n.given(advertisedKey, listenersKey), "clients are told to reach this broker at %s, which is themselves", e.hostPort).as(Warning)
			}
		}
	}
}

func advertisedMissing(c *cluster, r *reporter) {
	if len(c.nodes) < 2 {
		return
	}
	for _, n := range c.brokers {
		if n.hasAdvertised {
			continue
		}
		for _, e := range n.brokerEndpoints(n.listeners) {
			if e.host == "" {
				r.at(n, listenersKey, "what %s advertises is left to the JVM", e.name).mend("Set advertised.listeners.")
				break
			}
		}
	}
}

// interBrokerName is the listener a broker uses among brokers, when it has it.
func interBrokerName(n *node) (string, bool) {
	_, ok := find(n.advertised, n.interBroker)
	return n.interBroker, ok
}

func interBrokerListenerDiffers(c *cluster, r *reporter) {
	ref := reference(agreement(c.brokers, interBrokerName), nil)
	if ref == nil {
		return
	}
	offers := map[string]int{} // how many brokers of the reference advertise a listener
	for _, n := range ref.nodes {
		for _, e := range n.advertised {
			offers[e.name]++
		}
	}
	deviating(c.brokers, interBrokerName, nil, func(n, first *node) {
		if _, has := find(n.advertised, ref.value); has && offers[n.interBroker] == len(ref.nodes) {
			return // being rolled from one to the other
		}
		r.at(n, n.given(interBrokerKey, listenersKey), "this broker looks for others at their listener %s, and most use %s", n.interBroker, ref.value).
			see(first, first.given(interBrokerKey, listenersKey), "most brokers have this")
	})
}

// machineRules are about what two processes on one machine cannot share.
func machineRules() []*Rule {
	return []*Rule{
		{
			Slug: "port-conflict", Severity: Error, cluster: portConflict,
			Doc: Doc{
				What: "Two nodes bind one port on one named host, or both on loopback.",
				Why:  "Address already in use: the second exits.",
				Fix:  "Use distinct ports.",
			},
			Bad:  brokerPair("listeners=PLAINTEXT://h1:9092\n", "listeners=PLAINTEXT://h1:9092\n"),
			Good: brokerPair("listeners=PLAINTEXT://h1:9092\n", "listeners=PLAINTEXT://h1:9093\n"),
		},
		{
			Slug: "data-dir-shared", Severity: Error, cluster: dataDirShared,
			Doc: Doc{
				What: "Two nodes on one named host, or on loopback, use one data directory.",
				Why:  "The second exits, for the lock or for the stored node ID.",
				Fix:  "Give each node its own directories.",
			},
			Bad:  brokerPair("listeners=PLAINTEXT://h1:9092\nlog.dirs=/data/kafka\n", "listeners=PLAINTEXT://h1:9093\nlog.dirs=/data/kafka\n"),
			Good: brokerPair("listeners=PLAINTEXT://h1:9092\nlog.dirs=/data/kafka-11\n", "listeners=PLAINTEXT://h1:9093\nlog.dirs=/data/kafka-12\n"),
		},
	}
}

// machine names the machine a listener is on; empty when its bind address does not tell. When everything is on loopback
// there is one machine.
func (c *cluster) machine(e endpoint) string {
	switch {
	case c.development:
		return "this machine"
	case e.wellFormed && isNamed(e.host):
		return e.host
	}
	return ""
}

func portConflict(c *cluster, r *reporter) {
	seen := map[hostPort]*node{}
	for _, n := range c.nodes {
		if !n.serves() && !n.has(listenersKey) {
			continue // what it would open is the least of its troubles
		}
		for _, e := range n.opened() {
			at := hostPort{host: c.machine(e), port: e.port}
			if at.host == "" || !isPort(e.port) {
				continue
			}
			first := seen[at]
			if first == nil {
				seen[at] = n
			} else if first != n {
				r.at(n, listenersKey, "%s binds port %d on %s as well", first.src.Path, e.port, at.host).see(first, listenersKey, "the other node that binds it")
			}
		}
	}
}

func dataDirShared(c *cluster, r *reporter) {
	type place struct{ machine, dir string }
	type user struct {
		node *node
		key  string
	}
	seen := map[place]user{}
	for _, n := range c.nodes {
		machines := map[string]bool{}
		for _, e := range n.opened() {
			if m := c.machine(e); m != "" {
				machines[m] = true
			}
		}
		use := func(key, dir string) {
			for machine := range machines {
				at := place{machine, cleanDir(dir)}
				if first, taken := seen[at]; !taken {
					seen[at] = user{n, key}
				} else if first.node != n {
					r.at(n, key, "%s uses %s on %s as well", first.node.src.Path, dir, machine).see(first.node, first.key, "the other node that uses it")
				}
			}
		}
		n.dataDirs(use)
		if !n.has(logDirsKey) && !n.has(logDirKey) && !n.has(metadataDirKey) {
			for _, dir := range n.logDirs {
				use(logDirsKey, dir)
			}
		}
	}
}
