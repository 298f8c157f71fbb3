// Package scaffold writes the configurations of a new cluster: what an operator of experience would write for so many
// controllers and brokers, for a given Kafka release.
//
// What it writes is accepted by Kafka, and by the linter's production profile without a word. Where something was asked for
// that the profile warns of, such as combined nodes, the file says so itself: a kraftctl:ignore comment with the reason.
package scaffold

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kraftctl/kraftctl/release"
)

// The values of Request.SASL.
const (
	// NoSASL leaves clients to TLS alone.
	NoSASL = "none"
	// Scram256 and Scram512 are how clients log in.
	Scram256 = "scram-sha-256"
	Scram512 = "scram-sha-512"
)

// Request is what is asked for.
type Request struct {
	Release release.Release
	// Controllers is 1, 3 or 5. Brokers counts every node with that role, the combined ones included.
	Controllers, Brokers int
	// Combined gives the controllers the role of a broker as well.
	Combined bool
	// Dynamic asks for a quorum whose voters can change (3.9 and newer).
	Dynamic bool
	// TLS encrypts and authenticates every listener; without it the cluster is for tests.
	TLS bool
	// SASL is how clients log in: NoSASL, Scram256 or Scram512.
	SASL string
	// HostPattern is the name of a node's host, with {role} (controller, broker, or kafka for a combined node), {n} (from 1
	// for each role) and {id} (node.id) replaced.
	HostPattern string
	// LogDir is the directory of the data, and MetadataDir that of the metadata log.
	LogDir, MetadataDir string
	// TLSDir is where each node has its node.pem and ca.pem.
	TLSDir string
	// Racks are given to the brokers in turn; empty for none.
	Racks []string
}

// File is one file to write.
type File struct {
	// Name is the file's name, such as broker-1.properties.
	Name string
	Text string
	Node Node
}

// Node is one node of the cluster.
type Node struct {
	ID                 int
	Broker, Controller bool
	// Name tells it from the others, such as broker-1.
	Name string
	Host string
	Rack string
}

// Role is controller, broker, or kafka for both.
func (n Node) Role() string {
	switch {
	case n.Broker && n.Controller:
		return "kafka"
	case n.Controller:
		return "controller"
	}
	return "broker"
}

// roles is the value of process.roles.
func (n Node) roles() string {
	if n.Broker && n.Controller {
		return "broker,controller"
	}
	return n.Role()
}

// firstBroker is the ID of the first node that is only a broker, which leaves room for controllers to come.
const firstBroker = 101

// isHostName tells whether a text is a name of labels, and no IPv4 address.
func isHostName(text string) bool {
	letters := false
	for label := range strings.SplitSeq(text, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range label {
			digit := c >= '0' && c <= '9'
			letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
			if !digit && !letter && c != '-' {
				return false
			}
			letters = letters || letter
		}
	}
	return letters
}

// Plan makes the files. The error says which part of the request cannot be met.
func Plan(r Request) ([]File, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	nodes, err := r.nodes()
	if err != nil {
		return nil, err
	}
	files := make([]File, len(nodes))
	for i, n := range nodes {
		files[i] = File{Name: n.Name + ".properties", Text: r.text(n, nodes), Node: n}
	}
	return files, nil
}

func (r *Request) check() error {
	brokersOfCombined := 0
	if r.Combined {
		brokersOfCombined = r.Controllers
	}
	switch {
	case !slices.Contains([]int{1, 3, 5}, r.Controllers):
		return fmt.Errorf("%d controllers: 3 or 5 outlive the loss of one or two, 1 none; an even number outlives no more than one less", r.Controllers)
	case r.Brokers < max(1, brokersOfCombined):
		return fmt.Errorf("%d brokers: at least %d, combined nodes included", r.Brokers, max(1, brokersOfCombined))
	case r.Brokers > 10_000:
		return fmt.Errorf("%d brokers: at most 10000", r.Brokers)
	case r.Dynamic && r.Release < release.V3_9:
		return fmt.Errorf("a dynamic quorum needs Kafka 3.9 or newer, not %s", r.Release)
	case !slices.Contains([]string{NoSASL, Scram256, Scram512}, r.SASL):
		return fmt.Errorf("SASL %q: %s, %s or %s", r.SASL, NoSASL, Scram256, Scram512)
	case r.SASL != NoSASL && r.Release < release.V3_5:
		return fmt.Errorf("SCRAM users can be kept from Kafka 3.5 on in KRaft mode, not in %s", r.Release)
	case len(r.Racks) > 0 && len(r.Racks) < replication(r.Brokers):
		return fmt.Errorf("%d racks for %d replicas of each partition: name at least %d, or none", len(r.Racks), replication(r.Brokers), replication(r.Brokers))
	}
	for _, dir := range []string{r.LogDir, r.MetadataDir, r.TLSDir} {
		if !strings.HasPrefix(dir, "/") || strings.ContainsAny(dir, ", \t\r\n\\#") {
			return fmt.Errorf("directory %q: an absolute path without blanks, commas and backslashes", dir)
		}
	}
	return r.checkDirs()
}

// checkDirs refuses directories the linter would warn of.
func (r *Request) checkDirs() error {
	log, metadata := strings.TrimRight(r.LogDir, "/")+"/", strings.TrimRight(r.MetadataDir, "/")+"/"
	for _, volatile := range []string{"/tmp/", "/var/tmp/", "/dev/shm/"} {
		for _, dir := range []string{log, metadata} {
			if strings.HasPrefix(dir, volatile) {
				return fmt.Errorf("directory %s does not outlive a reboot: use durable storage", strings.TrimRight(dir, "/"))
			}
		}
	}
	if strings.HasPrefix(log, metadata) || strings.HasPrefix(metadata, log) {
		return fmt.Errorf("directories %s and %s: neither may be, or lie in, the other", r.LogDir, r.MetadataDir)
	}
	return nil
}

// nodes lists controllers first, then brokers.
func (r *Request) nodes() ([]Node, error) {
	var nodes []Node
	for i := range r.Controllers {
		nodes = append(nodes, Node{ID: i + 1, Controller: true, Broker: r.Combined})
	}
	dedicated := r.Brokers
	if r.Combined {
		dedicated -= r.Controllers
	}
	for i := range dedicated {
		nodes = append(nodes, Node{ID: firstBroker + i, Broker: true})
	}
	counts, hosts, brokers := map[string]int{}, map[string]string{}, 0
	for i := range nodes {
		n := &nodes[i]
		counts[n.Role()]++
		number := strconv.Itoa(counts[n.Role()])
		n.Name = n.Role() + "-" + number
		n.Host = strings.NewReplacer("{role}", n.Role(), "{n}", number, "{id}", strconv.Itoa(n.ID)).Replace(r.HostPattern)
		if !isHostName(n.Host) {
			return nil, fmt.Errorf("host pattern %q makes %q, which is no host name; addresses change, so give the nodes names", r.HostPattern, n.Host)
		}
		if other, taken := hosts[strings.ToLower(n.Host)]; taken {
			return nil, fmt.Errorf("host pattern %q gives %s and %s the same name %s; put {n} and {role}, or {id}, into it", r.HostPattern, other, n.Name, n.Host)
		}
		hosts[strings.ToLower(n.Host)] = n.Name
		if n.Broker && len(r.Racks) > 0 {
			n.Rack = r.Racks[brokers%len(r.Racks)]
		}
		if n.Broker {
			brokers++
		}
	}
	return nodes, nil
}

// replication is how many replicas a partition gets.
func replication(brokers int) int { return min(3, brokers) }
