package validate

import (
	"path"
	"slices"
	"strings"
)

// productionRules are practices of production around controllers.
func productionRules() []*Rule {
	return []*Rule{
		{
			Slug: "combined-in-production", Severity: Warning, Profile: Production, file: combinedInProduction,
			Doc: Doc{
				What: "A node has both roles, broker and controller.",
				Why:  "The two cannot be rolled, scaled or isolated apart.",
				Fix:  "Run dedicated controllers.",
			},
			Bad:  "process.roles=broker,controller\n",
			Good: "process.roles=controller\n",
		},
		{
			Slug: "controller-listener-plaintext", Severity: Warning, Profile: Production, file: controllerListenerPlaintext,
			Doc: Doc{
				What: "The controller listener is PLAINTEXT, perhaps by the implied map.",
				Why:  "Whoever reaches the port can read and change all metadata.",
				Fix:  "Use SSL or SASL_SSL.",
			},
			Bad:  "process.roles=controller\nlisteners=CONTROLLER://:9093\ncontroller.listener.names=CONTROLLER\n",
			Good: "process.roles=controller\nlisteners=CONTROLLER://:9093\ncontroller.listener.names=CONTROLLER\nlistener.security.protocol.map=CONTROLLER:SSL\n",
		},
		{
			Slug: "voters-by-ip", Severity: Warning, Profile: Production, file: votersByIP,
			Doc: Doc{
				What: "A voter or bootstrap server is given by IP address, loopback aside.",
				Why:  "When an address changes every node needs new voters.",
				Fix:  "Use stable DNS names.",
			},
			Bad:  "controller.quorum.voters=1@10.0.0.1:9093\n",
			Good: "controller.quorum.voters=1@c1.example.net:9093\n",
		},
		{
			Slug: "metadata-dir-shared", Severity: Info, Profile: Production, file: metadataDirShared,
			Doc: Doc{
				What: "A combined node keeps the metadata log in one of its log.dirs.",
				Why:  "Commits of metadata wait behind the traffic of the broker on that disk.",
				Fix:  "Give metadata.log.dir a disk of its own.",
			},
			Bad:  "process.roles=broker,controller\nlog.dirs=/data/kafka\n",
			Good: "process.roles=broker,controller\nlog.dirs=/data/kafka\nmetadata.log.dir=/meta/kafka\n",
		},
	}
}

func combinedInProduction(n *node, r *reporter) {
	if n.broker && n.controller {
		r.at(n, rolesKey, "this node is a broker and a controller")
	}
}

func controllerListenerPlaintext(n *node, r *reporter) {
	if e, ok := find(n.listeners, n.controllerName()); ok && n.controller && n.protocol(e.name) == "PLAINTEXT" {
		r.at(n, n.given(protocolsKey, controllerKey), "the controller listener %s is PLAINTEXT", e.name)
	}
}

func votersByIP(n *node, r *reporter) {
	check := func(key string, h hostPort) {
		if isIP(h.host) && isNamed(h.host) {
			r.at(n, key, "%s is an IP address", h)
		}
	}
	for _, v := range n.voters {
		check(votersKey, v.hostPort)
	}
	for _, b := range n.bootstrap {
		check(bootstrapKey, b)
	}
}

func metadataDirShared(n *node, r *reporter) {
	if !n.broker || !n.controller || n.unknown(metadataDirKey) || n.unknown(logDirsKey) {
		return
	}
	metadata, own := n.text(metadataDirKey)
	if own && !slices.ContainsFunc(n.logDirs, func(dir string) bool { return cleanDir(dir) == path.Clean(metadata) }) {
		return
	}
	r.at(n, n.given(metadataDirKey, logDirsKey), "the metadata log shares a disk with the data of the broker")
}

// productionBrokerRules are practices of production around brokers.
func productionBrokerRules() []*Rule {
	return []*Rule{
		{
			Slug: "broker-listener-plaintext", Severity: Warning, Profile: Production, file: brokerListenerPlaintext,
			Doc: Doc{
				What: "A listener of a broker is PLAINTEXT and not on loopback.",
				Why:  "There is no encryption and no identity.",
				Fix:  "Use SSL or SASL_SSL.",
			},
			Bad:  "process.roles=broker\nlisteners=PLAINTEXT://:9092\n",
			Good: "process.roles=broker\nlisteners=SSL://:9092\n",
		},
		{
			Slug: "sasl-without-tls", Severity: Info, Profile: Production, file: saslWithoutTLS,
			Doc: Doc{
				What: "A listener is SASL_PLAINTEXT and not on loopback.",
				Why:  "The data, and with PLAIN the passwords, travel in clear.",
				Fix:  "Use SASL_SSL.",
			},
			Bad:  "process.roles=broker\nlisteners=SASL_PLAINTEXT://:9092\n",
			Good: "process.roles=broker\nlisteners=SASL_SSL://:9092\n",
		},
		{
			Slug: "allow-everyone", Severity: Warning, Profile: Production, file: allowEveryone,
			Doc: Doc{
				What: "allow.everyone.if.no.acl.found is true.",
				Why:  "A resource without an ACL is open to all.",
				Fix:  "Remove the line.",
			},
			Bad:  "allow.everyone.if.no.acl.found=true\n",
			Good: "allow.everyone.if.no.acl.found=false\n",
		},
	}
}

// productionAccessRules are practices of production around what is allowed.
func productionAccessRules() []*Rule {
	return []*Rule{
		{
			Slug: "unclean-leader-election", Severity: Warning, Profile: Production, file: uncleanLeaderElection,
			Doc: Doc{
				What: "unclean.leader.election.enable is true.",
				Why:  "It loses acknowledged records by design.",
				Fix:  "Set it to false.",
			},
			Bad:  "unclean.leader.election.enable=true\n",
			Good: "unclean.leader.election.enable=false\n",
		},
		{
			Slug: "auto-create-topics", Severity: Info, Profile: Production, file: autoCreateTopics,
			Doc: Doc{
				What: "A broker has auto.create.topics.enable true, which is also the default.",
				Why:  "A slip in a client makes a topic.",
				Fix:  "Set it to false.",
			},
			Bad:  "process.roles=broker\n",
			Good: "process.roles=broker\nauto.create.topics.enable=false\n",
		},
		{
			Slug: "authorizer-missing", Severity: Info, Profile: Production, file: authorizerMissing,
			Doc: Doc{
				What: "The listeners authenticate, and authorizer.class.name is not set.",
				Why:  "Everyone who can log in may do everything.",
				Fix:  "Set it to org.apache.kafka.metadata.authorizer.StandardAuthorizer.",
			},
			Bad:  "process.roles=broker\nlisteners=SASL_SSL://:9092\n",
			Good: "process.roles=broker\nlisteners=SASL_SSL://:9092\nauthorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n",
		},
	}
}

func brokerListenerPlaintext(n *node, r *reporter) {
	if !n.serves() {
		return
	}
	if e, ok := n.exposed(n.brokerEndpoints(n.listeners), "PLAINTEXT"); ok {
		r.at(n, n.given(protocolsKey, listenersKey), "%s is PLAINTEXT", e.name)
	}
}

func saslWithoutTLS(n *node, r *reporter) {
	if e, ok := n.exposed(n.opened(), "SASL_PLAINTEXT"); ok {
		r.at(n, n.given(protocolsKey, listenersKey), "%s is SASL_PLAINTEXT", e.name)
	}
}

func allowEveryone(n *node, r *reporter) {
	const key = "allow.everyone.if.no.acl.found"
	if n.isTrue(key) {
		r.at(n, key, "a resource without an ACL is open to all").edit(DeleteKey, key, "")
	}
}

func uncleanLeaderElection(n *node, r *reporter) {
	const key = "unclean.leader.election.enable"
	if n.has(key) && n.isTrue(key) {
		r.at(n, key, "a replica that lags behind may become leader, and what it lacks is lost").edit(SetValue, key, "false")
	}
}

func autoCreateTopics(n *node, r *reporter) {
	const key = "auto.create.topics.enable"
	if n.serves() && n.isTrue(key) {
		f := r.at(n, key, "topics are made as soon as a client names them")
		if n.has(key) {
			f.edit(SetValue, key, "false")
		}
	}
}

func authorizerMissing(n *node, r *reporter) {
	if n.has(authorizerKey) {
		return
	}
	for _, e := range n.opened() {
		protocol := n.protocol(e.name)
		_, clientAuth := n.listenerSetting(e.name, "ssl.client.auth")
		if strings.HasPrefix(protocol, "SASL_") || protocol == "SSL" && strings.EqualFold(clientAuth, "required") {
			r.at(n, authorizerKey, "%s authenticates, and everyone who can log in may do everything", e.name)
			return
		}
	}
}
