package validate

import (
	"path"
	"strings"

	"github.com/kraftctl/kraftctl/release"
)

// endpointFileRules are about addresses in one file.
func endpointFileRules() []*Rule {
	return []*Rule{
		{
			Slug: "advertised-unroutable", Severity: Error, file: advertisedUnroutable,
			Doc: Doc{
				What: "advertised.listeners, or listeners used in its place, gives 0.0.0.0. The other ways to write it, [::], :: and 0, are a warning.",
				Why:  "Kafka refuses 0.0.0.0; the others pass, and no client can connect.",
				Fix:  "Advertise a name that others can resolve.",
			},
			Bad:  "process.roles=broker\nlisteners=PLAINTEXT://:9092\nadvertised.listeners=PLAINTEXT://0.0.0.0:9092\n",
			Good: "process.roles=broker\nlisteners=PLAINTEXT://0.0.0.0:9092\nadvertised.listeners=PLAINTEXT://b1.example.net:9092\n",
		},
		{
			Slug: "port-out-of-range", Severity: Error, file: portOutOfRange,
			Doc: Doc{
				What: "A port in listeners, advertised.listeners, the voters or the bootstrap servers is not within 1 … 65535 (in listeners 0 is fine: any free port).",
				Why:  "KafkaConfig does not look, and then the bind or the registration fails.",
				Fix:  "Use a real port.",
			},
			Bad:  "process.roles=broker\nlisteners=PLAINTEXT://:90920\n",
			Good: "process.roles=broker\nlisteners=PLAINTEXT://:9092\n",
		},
		{
			Slug: "ipv6-unbracketed", Severity: Warning, file: ipv6Unbracketed,
			Doc: Doc{
				What: "An IPv6 address stands without brackets in listeners, advertised.listeners, the voters or the bootstrap servers.",
				Why:  "Where the port is forgotten the last group is taken for it, and clients need the brackets.",
				Fix:  "Write [address]:port.",
			},
			Bad:  "listeners=PLAINTEXT://fd00::1:9092\n",
			Good: "listeners=PLAINTEXT://[fd00::1]:9092\n",
		},
		{
			Slug: "several-controller-listeners", Severity: Info, file: severalControllerListeners,
			Doc: Doc{
				What: "A broker names more than one controller listener.",
				Why:  "Only the first is used.",
				Fix:  "Keep one, except while rolling.",
			},
			Bad:  "process.roles=broker\ncontroller.listener.names=CONTROLLER,OLD\n",
			Good: "process.roles=broker\ncontroller.listener.names=CONTROLLER\n",
		},
	}
}

func advertisedUnroutable(n *node, r *reporter) {
	if !n.serves() && !n.hasAdvertised {
		return
	}
	entries := n.advertised
	if !n.hasAdvertised || !n.advertisesControllers() {
		entries = n.brokerEndpoints(entries)
	}
	key := n.given(advertisedKey, listenersKey)
	for _, e := range entries {
		if e.wellFormed && isWildcard(e.host) && e.host != "" {
			r.at(n, key, "no client can connect to %s", e.text).asIf(e.host != "0.0.0.0", Warning)
		}
	}
}

func portOutOfRange(n *node, r *reporter) {
	check := func(key string, port, least int) {
		if port < least || port > 65535 {
			r.at(n, key, "%d is no port", port)
		}
	}
	for _, e := range n.opened() {
		check(listenersKey, e.port, 0)
	}
	for _, e := range n.advertised {
		if n.hasAdvertised && e.wellFormed {
			check(advertisedKey, e.port, 1)
		}
	}
	for _, v := range n.voters {
		if !isWildcard(v.host) {
			check(votersKey, v.port, 1)
		}
	}
	for _, b := range n.bootstrap {
		check(bootstrapKey, b.port, 1)
	}
}

func ipv6Unbracketed(n *node, r *reporter) {
	for _, key := range []string{listenersKey, advertisedKey, votersKey, bootstrapKey} {
		if !n.has(key) {
			continue
		}
		for _, entry := range n.list(key) {
			if _, after, found := strings.Cut(entry, "@"); found && key == votersKey {
				entry = after
			}
			if isUnbracketedIPv6(entry) {
				r.at(n, key, "%s is an IPv6 address without brackets", entry)
				break
			}
		}
	}
}

func severalControllerListeners(n *node, r *reporter) {
	if n.onlyBroker() && len(n.controllerNames) > 1 {
		r.at(n, controllerKey, "of %s only %s is used", joined(n.controllerNames), n.controllerName())
	}
}

// startRules are about what fails when a node starts.
func startRules() []*Rule {
	return []*Rule{
		{
			Slug: "ssl-keystore-missing", Severity: Error, file: sslKeystoreMissing,
			Doc: Doc{
				What: "A listener this node opens needs TLS, and has no key store: neither ssl.keystore.location nor ssl.keystore.certificate.chain, plain or for the listener.",
				Why:  "On the inter-broker listener the start fails; on others every handshake does.",
				Fix:  "Configure the key store.",
			},
			Bad:  "process.roles=broker\nlisteners=SSL://:9092\nsecurity.inter.broker.protocol=SSL\n",
			Good: "process.roles=broker\nlisteners=SSL://:9092\nsecurity.inter.broker.protocol=SSL\nssl.keystore.location=/etc/kafka/keystore.p12\n",
		},
		{
			Slug: "jbod-unsupported", Severity: Warning, Releases: release.Until(release.V3_6), file: jbodUnsupported,
			Doc: Doc{
				What: "A KRaft broker has several log.dirs on a release before 3.7.",
				Why:  "A failed disk is not handled in KRaft mode there.",
				Fix:  "Upgrade to 3.7 or later, or use one directory.",
			},
			Bad:  "process.roles=broker\nlog.dirs=/data/1,/data/2\n",
			Good: "process.roles=broker\nlog.dirs=/data/1\n",
		},
		{
			Slug: "log-dir-overlap", Severity: Error, file: logDirOverlap,
			Doc: Doc{
				What: "log.dirs has one directory twice, perhaps spelt differently, or one inside another.",
				Why:  "The node stops at start. From 4.2 on a literal duplicate is dropped with a warning (then this is one).",
				Fix:  "List each directory once, side by side.",
			},
			Bad:  "log.dirs=/data/kafka,/data/kafka/\n",
			Good: "log.dirs=/data/1,/data/2\n",
		},
		{
			Slug: "log-dir-in-tmp", Severity: Warning, file: logDirInTmp,
			Doc: Doc{
				What: "A data directory is at or under /tmp, /var/tmp or /dev/shm, or not set: the default is /tmp/kafka-logs.",
				Why:  "The data, and a controller's vote, are gone at the next reboot.",
				Fix:  "Use durable storage.",
			},
			Bad:  "process.roles=broker\nlog.dirs=/tmp/kafka-logs\n",
			Good: "process.roles=broker\nlog.dirs=/var/lib/kafka\n",
		},
		{
			Slug: "log-dir-relative", Severity: Warning, file: logDirRelative,
			Doc: Doc{
				What: "A data directory is relative, starts with ~, or is a URL.",
				Why:  "A relative path depends on the working directory; ~ and URLs are taken literally.",
				Fix:  "Use an absolute path.",
			},
			Bad:  "log.dirs=~/kafka\n",
			Good: "log.dirs=/home/kafka/data\n",
		},
	}
}

func sslKeystoreMissing(n *node, r *reporter) {
	for _, e := range n.opened() {
		protocol := n.protocol(e.name)
		if protocol != "SSL" && protocol != "SASL_SSL" || n.onlyBroker() && n.isControllerName(e.name) {
			continue
		}
		found := false
		for _, key := range []string{"ssl.keystore.location", "ssl.keystore.certificate.chain", "ssl.engine.factory.class"} {
			_, text := n.listenerSetting(e.name, key)
			full := n.given(listenerPrefix+strings.ToLower(e.name)+"."+key, key)
			found = found || text != "" || n.unknown(full)
		}
		if !found {
			r.at(n, listenersKey, "%s is %s and has no key store", e.name, protocol).
				mend("Set ssl.keystore.location, or listener.name.%s.ssl.keystore.location.", strings.ToLower(e.name))
			return
		}
	}
}

func jbodUnsupported(n *node, r *reporter) {
	if n.broker && len(n.logDirs) > 1 {
		r.at(n, n.given(logDirsKey, logDirKey), "Kafka %s does not handle a failed disk in KRaft mode, and there are %d", n.release, len(n.logDirs))
	}
}

func logDirOverlap(n *node, r *reporter) {
	if !n.has(logDirsKey) {
		return
	}
	written := map[string]string{}
	for _, dir := range n.logDirs {
		clean := cleanDir(dir)
		if other, twice := written[clean]; twice {
			literal := other == dir
			r.at(n, logDirsKey, "%s and %s are one directory", other, dir).asIf(literal && n.release >= release.V4_2, Warning)
		}
		written[clean] = dir
	}
	for _, dir := range n.logDirs {
		for parent := path.Dir(cleanDir(dir)); len(parent) > 1; parent = path.Dir(parent) {
			if outer, ok := written[parent]; ok {
				r.at(n, logDirsKey, "%s is inside %s", dir, outer)
			}
		}
	}
}

// dataDirs calls say for each directory of each key that gives data directories.
func (n *node) dataDirs(say func(key, dir string)) {
	keys := []string{logDirsKey, metadataDirKey}
	if !n.has(logDirsKey) {
		keys[0] = logDirKey
	}
	for _, key := range keys {
		if !n.has(key) {
			continue
		}
		dirs := n.list(key)
		if key == metadataDirKey {
			text, _ := n.text(key)
			dirs = []string{text}
		}
		for _, dir := range dirs {
			if dir != "" {
				say(key, dir)
			}
		}
	}
}

var volatileDirs = []string{"/tmp", "/var/tmp", "/dev/shm"}

func logDirInTmp(n *node, r *reporter) {
	n.dataDirs(func(key, dir string) {
		for _, volatile := range volatileDirs {
			if clean := cleanDir(dir); clean == volatile || strings.HasPrefix(clean, volatile+"/") {
				r.at(n, key, "%s is lost at the next reboot", dir)
			}
		}
	})
	if !n.has(logDirsKey) && !n.has(logDirKey) {
		r.at(n, logDirsKey, "log.dirs is not set: the data goes to /tmp/kafka-logs, which is lost at the next reboot")
	}
}

func logDirRelative(n *node, r *reporter) {
	n.dataDirs(func(key, dir string) {
		switch {
		case isQuoted(dir), dir[0] > 0x7f, isDrive(dir), strings.HasPrefix(dir, "/"), dir[0] == '"':
			return // right, or another rule's business
		case strings.HasPrefix(dir, "~"):
			r.at(n, key, "%s is a directory called ~: Kafka does not know home directories", dir)
		case strings.Contains(dir, ":/"):
			r.at(n, key, "%s is a URL, and Kafka takes it for a relative path", dir)
		default:
			r.at(n, key, "%s depends on the directory the node is started in", dir)
		}
	})
}

// isDrive tells whether a path begins with a Windows drive.
func isDrive(dir string) bool {
	return len(dir) > 1 && dir[1] == ':' && (dir[0]|0x20) >= 'a' && (dir[0]|0x20) <= 'z'
}
