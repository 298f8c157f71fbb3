package format

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/kraftctl/kraftctl/clusterid"
	"github.com/kraftctl/kraftctl/internal/javalang"
)

// Voter is one member of the initial set of a dynamic quorum (KIP-853).
type Voter struct {
	// ID is the voter's node ID.
	ID int32
	// Host and Port are where its controller listener is reached.
	Host string
	Port uint16
	// Directory is the ID of its metadata log directory.
	Directory clusterid.ID
}

const votersHint = "write each voter as ID@HOST:PORT:DIRECTORY-ID, for example 1@kafka1:9093:" +
	"MvDxzVmcRsaTz33bUuRU6A, separated by commas; kraftctl random-uuid makes directory IDs"

// parseVoters reads the argument of --initial-controllers as org.apache.kafka.raft.DynamicVoters.parse does and
// returns the voters in order of their IDs.
func parseVoters(text string) ([]Voter, *Refusal) {
	var voters []Voter
	for _, entry := range javalang.Split(javalang.Trim(text), ",") {
		entry = javalang.Trim(entry)
		if entry == "" {
			continue
		}
		voter, refusal := parseVoter(entry)
		if refusal != nil {
			return nil, refusal
		}
		voters = append(voters, voter)
	}
	if len(voters) == 0 {
		return nil, refuse(votersHint, "No voters given.")
	}
	seen := map[int32]bool{}
	for _, voter := range voters {
		if seen[voter.ID] {
			return nil, refuse(votersHint, "Node id %d was specified more than once.", voter.ID)
		}
		seen[voter.ID] = true
	}
	slices.SortFunc(voters, func(a, b Voter) int { return cmp.Compare(a.ID, b.ID) })
	return voters, nil
}

// parseVoter reads one entry as org.apache.kafka.raft.DynamicVoter.parse does.
func parseVoter(entry string) (Voter, *Refusal) {
	id, address, found := strings.Cut(entry, "@")
	switch {
	case !found:
		return Voter{}, refuse(votersHint, "No @ found in dynamic voter string.")
	case id == "":
		return Voter{}, refuse(votersHint, "Invalid @ at beginning of dynamic voter string.")
	}
	nodeID, err := javalang.ParseInt(id, 32)
	switch {
	case err != nil:
		return Voter{}, refuse(votersHint, "Failed to parse node id in dynamic voter string.")
	case nodeID < 0:
		return Voter{}, refuse(votersHint, "Invalid negative node id %d in dynamic voter string.", nodeID)
	}
	host, rest, refusal := cutHost(address)
	if refusal != nil {
		return Voter{}, refusal
	}
	port, directory, refusal := parsePortAndDirectory(rest)
	if refusal != nil {
		return Voter{}, refusal
	}
	return Voter{ID: int32(nodeID), Host: resolvedText(host), Port: port, Directory: directory}, nil
}

// cutHost separates the host, in brackets or up to a colon, from the colon and what follows it.
func cutHost(address string) (host, rest string, refusal *Refusal) {
	if address == "" {
		return "", "", refuse(votersHint, "No hostname found after node id.")
	}
	if inner, bracketed := strings.CutPrefix(address, "["); bracketed {
		host, rest, found := strings.Cut(inner, "]")
		if !found {
			return "", "", refuse(votersHint, "Hostname began with left bracket, but no right bracket was found.")
		}
		return host, rest, nil
	}
	colon := strings.Index(address, ":")
	if colon < 0 {
		return "", "", refuse(votersHint, "No colon following hostname could be found.")
	}
	return address[:colon], address[colon:], nil
}

func parsePortAndDirectory(rest string) (uint16, clusterid.ID, *Refusal) {
	rest, found := strings.CutPrefix(rest, ":")
	if !found {
		return 0, clusterid.ID{}, refuse(votersHint, "Port section must start with a colon.")
	}
	digits, directory, found := strings.Cut(rest, ":")
	if !found {
		return 0, clusterid.ID{}, refuse(votersHint, "No colon following port could be found.")
	}
	port, err := javalang.ParseInt(digits, 32)
	switch {
	case err != nil:
		return 0, clusterid.ID{}, refuse(votersHint, "Failed to parse port in dynamic voter string.")
	case port < 0 || port > 65535:
		return 0, clusterid.ID{}, refuse(votersHint, "Invalid port %d in dynamic voter string.", port)
	}
	id, err := clusterid.Parse(directory)
	if err != nil {
		return 0, clusterid.ID{}, refuse(votersHint, "Failed to parse directory ID in dynamic voter string.")
	}
	return uint16(port), id, nil
}

// resolvedText is the host as InetSocketAddress.getHostString gives it back: a name as it is, an IP literal in
// Java's long form, nothing as localhost.
func resolvedText(host string) string {
	if host == "" {
		return "localhost"
	}
	if short, ok := shortIPv4(host); ok {
		return short
	}
	addr, err := netip.ParseAddr(host)
	if err != nil || addr.Zone() != "" {
		return host
	}
	if addr = addr.Unmap(); addr.Is4() {
		return addr.String()
	}
	raw := addr.As16()
	groups := make([]string, 0, 8)
	for i := 0; i < len(raw); i += 2 {
		groups = append(groups, strconv.FormatUint(uint64(raw[i])<<8|uint64(raw[i+1]), 16))
	}
	return strings.Join(groups, ":")
}

// shortIPv4 reads an IPv4 literal of one to four decimal numbers, of which the last fills all remaining bytes, as
// sun.net.util.IPAddressUtil does.
func shortIPv4(host string) (string, bool) {
	parts := strings.Split(host, ".")
	if len(parts) > 4 {
		return "", false
	}
	var address uint64
	for i, part := range parts {
		bits := 8
		if i == len(parts)-1 {
			bits = 8 * (5 - len(parts))
		}
		n, err := strconv.ParseUint(part, 10, bits)
		if err != nil || strings.HasPrefix(part, "+") {
			return "", false
		}
		address = address<<bits | n
	}
	return fmt.Sprintf("%d.%d.%d.%d", byte(address>>24), byte(address>>16), byte(address>>8), byte(address)), true
}
