package nodeconf

import (
	"fmt"
	"strings"

	"github.com/kraftctl/kraftctl/release"
)

const (
	votersKey    = "controller.quorum.voters"
	bootstrapKey = "controller.quorum.bootstrap.servers"
	voterForm    = ". Each entry should be in the form `{id}@{host}:{port}`."
)

// parseVoters reads controller.quorum.voters.
//
// Source: QuorumConfig.parseVoterConnections (RaftConfig up to 3.6).
func (c *config) parseVoters() bool {
	var voters []Voter
	for _, entry := range c.pieces(votersKey) {
		voter, problem := c.parseVoter(entry.text)
		if problem != nil {
			problem.Pos = c.placeOf(votersKey, entry.at)
			return false
		}
		voter.Pos = c.placeOf(votersKey, entry.at)
		voters = append(voters, voter)
	}
	c.voters = voters
	return true
}

func (c *config) parseVoter(entry string) (Voter, *Problem) {
	parts := splitKeepingBlanks(entry, '@')
	if len(parts) != 2 {
		return Voter{}, c.fail(configException, votersKey, "Invalid configuration value for "+votersKey+voterForm,
			fmt.Sprintf("write %q as id@host:port, entries separated by commas", entry))
	}
	id, ok := parseInteger(parts[0].text, 32)
	if !ok {
		return Voter{}, c.fail(configException, votersKey, "Failed to parse voter ID as an integer from "+parts[0].text,
			"before the @ stands the controller's node.id, digits only")
	}
	host, port, ok := c.hostAndPort(parts[1].text)
	if !ok {
		return Voter{}, c.fail(configException, votersKey, "Failed to parse host name from entry "+entry+" for the configuration "+votersKey+voterForm,
			fmt.Sprintf("after the @ of %q stands host:port", entry))
	}
	number, problem := c.socketPort(votersKey, port)
	if problem != nil {
		return Voter{}, problem
	}
	if host == "" && c.until(release.V4_1) {
		host = "localhost" // what InetSocketAddress resolves an empty host to
	}
	return Voter{ID: int32(id), Host: host, Port: number, Text: parts[1].text}, nil
}

// parseBootstrap reads controller.quorum.bootstrap.servers.
//
// Source: QuorumConfig.parseBootstrapServer; 3.8 forgot to fill in its message.
func (c *config) parseBootstrap() bool {
	for _, entry := range c.pieces(bootstrapKey) {
		_, port, ok := c.hostAndPort(entry.text)
		var problem *Problem
		if ok {
			_, problem = c.socketPort(bootstrapKey, port)
		} else {
			shown, key := entry.text, bootstrapKey
			if c.until(release.V3_8) {
				shown, key = "{}", "{}"
			}
			problem = c.fail(configException, bootstrapKey,
				fmt.Sprintf("Failed to parse host name from %s for the configuration %s. Each entry should be in the form \"{host}:{port}\"", shown, key),
				fmt.Sprintf("write %q as host:port, entries separated by commas", entry.text))
		}
		if problem != nil {
			problem.Pos = c.placeOf(bootstrapKey, entry.at)
			return false
		}
	}
	return true
}

// socketPort is the port an InetSocketAddress takes.
func (c *config) socketPort(key, digits string) (int, *Problem) {
	port, ok := parseInteger(digits, 32)
	if !ok {
		return 0, c.fail(numberFormat, key, fmt.Sprintf("For input string: %q", digits), "a port is a number from 0 to 65535")
	}
	if port > 65535 {
		return 0, c.fail(illegalArgument, key, fmt.Sprintf("port out of range:%d", port), "a port is a number from 0 to 65535")
	}
	return int(port), nil
}

// hostAndPort splits an address as Utils.getHost and getPort do. Up to 3.7, and again in 3.9, any text may stand
// before the host and is ignored; 3.8 and 4.0 onward allow only a scheme there.
func (c *config) hostAndPort(address string) (host, port string, ok bool) {
	colon := strings.LastIndexByte(address, ':')
	if colon < 0 || !isDigits(address[colon+1:]) {
		return "", "", false
	}
	host, port = strings.TrimSuffix(address[:colon], "]"), address[colon+1:]
	if c.until(release.V3_7) || c.opts.Release == release.V3_9 {
		start := len(host)
		for start > 0 && isHostByte(host[start-1]) {
			start--
		}
		return host[start:], port, !strings.ContainsFunc(host[:start], isLineTerminator)
	}
	if scheme, rest, found := strings.Cut(host, "://"); found && isHostText(scheme) && !strings.Contains(scheme, ":") {
		host = rest
	}
	host = strings.TrimPrefix(host, "[")
	return host, port, isHostText(host)
}
