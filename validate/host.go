package validate

import (
	"net/netip"
	"path"
	"strconv"
	"strings"
)

// hostPort is an address as written, made comparable.
type hostPort struct {
	// host is in lower case, without brackets and a trailing dot; an IP address is in its shortest form.
	host string
	port int
	// bracketed tells whether the host stood in brackets.
	bracketed bool
}

func (h hostPort) String() string {
	if strings.Contains(h.host, ":") {
		return "[" + h.host + "]:" + strconv.Itoa(h.port)
	}
	return h.host + ":" + strconv.Itoa(h.port)
}

// parseHostPort reads host:port; the last colon ends the host.
func parseHostPort(text string) (hostPort, bool) {
	if _, rest, found := strings.Cut(text, "://"); found {
		text = rest
	}
	colon := strings.LastIndexByte(text, ':')
	if colon < 0 {
		return hostPort{}, false
	}
	port, err := strconv.Atoi(strings.TrimSpace(text[colon+1:]))
	if err != nil {
		return hostPort{}, false
	}
	host := strings.TrimSpace(text[:colon])
	return hostPort{canonicalHost(host), port, strings.HasPrefix(host, "[")}, true
}

func canonicalHost(host string) string {
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.String()
	}
	return host
}

func isIP(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

// isLoopback tells whether host is this machine to itself.
func isLoopback(host string) bool {
	if host == "localhost" || strings.HasPrefix(host, "localhost.") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// isWildcard tells whether a bind address is all interfaces.
func isWildcard(host string) bool {
	if host == "" || host == "0" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsUnspecified()
}

// isPort tells whether a number is a port one can connect to.
func isPort(port int) bool { return port > 0 && port <= 65535 }

// isNamed tells whether host tells one machine from another.
func isNamed(host string) bool { return !isWildcard(host) && !isLoopback(host) }

// hostsDiffer tells whether two hosts are certainly not the same: an IP address against a name, and a short name against
// its own longer name, may be.
func hostsDiffer(a, b string) bool {
	if a == b || isIP(a) != isIP(b) {
		return false
	}
	return isIP(a) || !strings.HasPrefix(a, b+".") && !strings.HasPrefix(b, a+".")
}

// isUnbracketedIPv6 tells whether the host part of host:port is an IPv6 address without brackets.
func isUnbracketedIPv6(text string) bool {
	if i := strings.Index(text, "://"); i >= 0 {
		text = text[i+len("://"):]
	}
	return strings.Count(text, ":") > 1 && !strings.HasPrefix(text, "[")
}

// cleanDir is a directory in the one way of writing it that can be compared.
func cleanDir(dir string) string { return path.Clean(dir) }
