package recovery

import (
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/kraftctl/kraftctl/internal/pattern"
)

// Endpoint is the address of one listener of a voter.
type Endpoint struct {
	// Voter is its node ID.
	Voter int32 `json:"-"`
	// Listener is the listener's name, in upper case.
	Listener string `json:"listener"`
	Host     string `json:"host"`
	Port     uint16 `json:"port"`
}

// Address is host:port.
func (e Endpoint) Address() string { return net.JoinHostPort(e.Host, strconv.Itoa(int(e.Port))) }

func (e Endpoint) String() string { return e.Listener + "://" + e.Address() }

// endpointSyntax is ID=LISTENER://host:port, the host being an IPv6 address in brackets or anything without a colon.
var endpointSyntax = pattern.Lazy(`^(\d{1,9})=([A-Za-z0-9_.-]+)://(\[[0-9A-Fa-f:.%]+\]|[^:/\s\[\]]+):(\d{1,5})$`)

// ParseEndpoint reads ID=LISTENER://host:port.
func ParseEndpoint(text string) (Endpoint, error) {
	m := endpointSyntax().FindStringSubmatch(text)
	if m == nil {
		return Endpoint{}, fmt.Errorf("%q is not of the form ID=LISTENER://host:port", text)
	}
	id, err := strconv.ParseInt(m[1], 10, 32)
	if err != nil {
		return Endpoint{}, fmt.Errorf("%q: the node ID %s is too large", text, m[1])
	}
	port, err := strconv.ParseUint(m[4], 10, 16)
	if err != nil || port == 0 {
		return Endpoint{}, fmt.Errorf("%q: the port %s is not between 1 and 65535", text, m[4])
	}
	return Endpoint{Voter: int32(id), Listener: strings.ToUpper(m[2]), Host: strings.Trim(m[3], "[]"), Port: uint16(port)}, nil
}

// ParseStaticVoters reads the value of controller.quorum.voters, 1@host:port,2@host:port, into addresses by ID.
func ParseStaticVoters(value string) (map[int32]string, error) {
	voters := map[int32]string{}
	for entry := range strings.SplitSeq(value, ",") {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		id, address, ok := strings.Cut(entry, "@")
		n, err := strconv.ParseInt(id, 10, 32)
		if !ok || err != nil || n < 0 || address == "" {
			return nil, fmt.Errorf("controller.quorum.voters: %q is not of the form ID@host:port", entry)
		}
		voters[int32(n)] = address
	}
	return voters, nil
}
