package nodeconf

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/kraftctl/kraftctl/internal/javahash"
	"github.com/kraftctl/kraftctl/internal/javaprops"
	"github.com/kraftctl/kraftctl/release"
)

const (
	providersKey    = "config.providers"
	providerPackage = "org.apache.kafka.common.config.provider."
)

// provider looks up keys at a path; an error is what the provider throws. Keys it does not have are left out.
type provider func(path string, keys []string) (map[string]string, *thrown)

// reference is a ${provider:path:key} in a value.
type reference struct {
	provider, path, key string
	start, end          int
}

func (r reference) text(value string) string { return value[r.start:r.end] }

// resolveProviders replaces the references in all values, when config.providers names providers.
//
// Source: AbstractConfig.resolveConfigVariables and ConfigTransformer.
func (c *config) resolveProviders() {
	providers, ok := c.providers()
	if !ok {
		return
	}
	found := make(map[string]map[string]map[string]string)
	if len(providers) > 0 && !c.lookUp(providers, found) {
		return
	}
	for _, key := range c.keys() {
		value := c.set[key]
		if strings.HasPrefix(key, providersKey+".") {
			continue
		}
		if resolved := c.replace(key, value, found); resolved != value {
			c.set[key] = resolved
		}
	}
}

// keys are those set, in the order of the file.
func (c *config) keys() []string {
	var keys []string
	for _, e := range c.props.Deciding() {
		keys = append(keys, e.Key)
	}
	for _, synonym := range []string{"broker.id", "node.id"} {
		if c.isSet(synonym) && !slices.Contains(keys, synonym) {
			keys = append(keys, synonym)
		}
	}
	return keys
}

// providers makes the providers config.providers names; one without a class is ignored, as Kafka ignores it.
func (c *config) providers() (map[string]provider, bool) {
	text := c.set[providersKey]
	if text == "" {
		return nil, true
	}
	classes := make(map[string]string)
	var names []string
	for _, p := range splitKeepingBlanks(text, ',') {
		if class, ok := c.set[providersKey+"."+p.text+".class"]; ok && classes[p.text] == "" {
			classes[p.text] = class
			names = append(names, p.text)
		}
	}
	providers := make(map[string]provider)
	for _, name := range javahash.Order(names) {
		made, problem := c.provider(name, classes[name])
		if problem != nil {
			return nil, false
		}
		if made != nil {
			providers[name] = made
		}
	}
	return providers, true
}

// provider makes one of Kafka's own providers. A class of somebody else's is taken to be there, and to
// leave every reference as it is: nil.
func (c *config) provider(name, class string) (provider, *Problem) {
	param := providersKey + "." + name + ".param."
	allowed := c.set[param+"allowed.paths"]
	switch {
	case class == providerPackage+"EnvVarConfigProvider" && c.since(release.V3_5):
		pattern, err := regexp.Compile("^(?:" + c.set[param+"allowlist.pattern"] + ")$")
		if err != nil || c.set[param+"allowlist.pattern"] == "" {
			pattern = nil
		}
		return c.environment(pattern), nil
	case class == providerPackage+"FileConfigProvider":
		return c.files(allowed), nil
	case class == providerPackage+"DirectoryConfigProvider":
		return c.directory(allowed), nil
	case isClassName(class) && class != providerPackage+"EnvVarConfigProvider":
		return nil, nil
	}
	key := providersKey + "." + name + ".class"
	c.warn("ERROR", key, "Could not load config provider class "+class)
	return nil, c.fail(configException, key, fmt.Sprintf("Invalid value %s for configuration %s: Could not load config provider class or one of its dependencies", class, key),
		"Kafka has FileConfigProvider and DirectoryConfigProvider, and EnvVarConfigProvider from 3.5, in "+strings.TrimSuffix(providerPackage, "."))
}

func (c *config) environment(allowed *regexp.Regexp) provider {
	return func(at string, keys []string) (map[string]string, *thrown) {
		if at != "" {
			return nil, &thrown{configException, "Path is not supported for EnvVarConfigProvider, invalid value '" + at + "'", 0, "write ${env:NAME}, with one colon"}
		}
		found := make(map[string]string)
		for _, key := range keys {
			if c.opts.Env == nil || allowed != nil && !allowed.MatchString(key) {
				continue
			}
			if value, ok := c.opts.Env(key); ok {
				found[key] = value
			}
		}
		return found, nil
	}
}

// pathAllowed tells whether a path may be read: under one of the absolute paths given, if any are (3.8 onward).
func (c *config) pathAllowed(at, allowed string) bool {
	if allowed == "" || c.until(release.V3_7) {
		return true
	}
	for _, root := range strings.Split(allowed, ",") {
		root = path.Clean(root)
		if clean := path.Clean(at); clean == root || strings.HasPrefix(clean, strings.TrimSuffix(root, "/")+"/") {
			return true
		}
	}
	return false
}

func (c *config) files(allowed string) provider {
	return func(at string, keys []string) (map[string]string, *thrown) {
		found := make(map[string]string)
		if at == "" || !c.pathAllowed(at, allowed) {
			return found, nil
		}
		data, ok := c.read(at)
		if !ok {
			c.warn("ERROR", "", "Could not read properties from file "+at)
			return nil, &thrown{configException, "Could not read properties from file " + at, 0, "create the file, or correct its path"}
		}
		props, err := javaprops.Parse(latin1(data))
		if err != nil {
			return nil, &thrown{illegalArgument, err.Error(), 0, "correct the \\u escape in " + at}
		}
		for _, key := range keys {
			if value, ok := props.Get(key); ok {
				found[key] = value
			}
		}
		return found, nil
	}
}

// latin1 prepares a UTF-8 file, which is how the provider reads it, for a scanner of Latin-1 bytes.
func latin1(data []byte) []byte {
	if !utf8.Valid(data) {
		return data
	}
	var out []byte
	for _, r := range string(data) {
		if r < 0x80 {
			out = append(out, byte(r))
			continue
		}
		out = append(out, javaprops.EscapeValue(string(r), javaprops.ToStream)...)
	}
	return out
}

func (c *config) read(at string) ([]byte, bool) {
	if c.opts.ReadFile == nil {
		return nil, false
	}
	data, err := c.opts.ReadFile(at)
	return data, err == nil
}

func (c *config) directory(allowed string) provider {
	return func(at string, keys []string) (map[string]string, *thrown) {
		found := make(map[string]string)
		if at == "" || c.opts.ReadDir == nil || !c.pathAllowed(at, allowed) {
			return found, nil
		}
		entries, err := c.opts.ReadDir(at)
		if err != nil {
			c.warn("WARN", "", "The path "+at+" is not a directory")
			return found, nil
		}
		for _, entry := range entries {
			if !slices.Contains(keys, entry.Name()) || entry.IsDir() {
				continue
			}
			if data, ok := c.read(path.Join(at, entry.Name())); ok {
				found[entry.Name()] = string(data)
			}
		}
		return found, nil
	}
}

// lookUp asks each provider once for each path, and collects what it has by provider, path and key.
func (c *config) lookUp(providers map[string]provider, found map[string]map[string]map[string]string) bool {
	type question struct{ provider, path string }
	wanted := make(map[question][]string)
	var order []question
	asked := make(map[question]string)
	for _, key := range c.keys() {
		for _, r := range references(c.set[key]) {
			q := question{r.provider, r.path}
			if providers[q.provider] == nil {
				continue
			}
			if wanted[q] == nil {
				order = append(order, q)
				asked[q] = key
			}
			wanted[q] = append(wanted[q], r.key)
		}
	}
	for _, q := range order {
		values, t := providers[q.provider](q.path, wanted[q])
		if t != nil {
			c.fail(t.exception, asked[q], t.message, t.hint)
			return false
		}
		if found[q.provider] == nil {
			found[q.provider] = make(map[string]map[string]string)
		}
		found[q.provider][q.path] = values
	}
	return true
}

// replace puts what was found in the place of each reference of a value, and notes those that stay.
func (c *config) replace(key, value string, found map[string]map[string]map[string]string) string {
	var out strings.Builder
	done := 0
	for _, r := range references(value) {
		text, ok := found[r.provider][r.path][r.key]
		if !ok {
			c.noteUnresolved(key, value, r, found[r.provider] != nil)
			continue
		}
		out.WriteString(value[done:r.start])
		out.WriteString(text)
		done = r.end
	}
	out.WriteString(value[done:])
	return out.String()
}

func (c *config) noteUnresolved(key, value string, r reference, asked bool) {
	if c.written(key) != key {
		return
	}
	reason := "the provider has no such value"
	class, named := c.set[providersKey+"."+r.provider+".class"]
	switch {
	case asked:
	case named && slices.Contains(texts(splitKeepingBlanks(c.set[providersKey], ',')), r.provider):
		reason = "kraftctl cannot run " + class
	default:
		reason = "config.providers names no provider " + r.provider
	}
	e, _ := c.props.Lookup(key)
	c.unresolved = append(c.unresolved, Unresolved{Key: key, Pos: e.PositionAt(r.start), Reference: r.text(value), Reason: reason})
}

// references finds each ${provider:key} and ${provider:path:key}; none of the parts holds a brace that closes.
func references(value string) []reference {
	var found []reference
	for from := 0; ; {
		start := strings.Index(value[from:], "${")
		if start < 0 {
			return found
		}
		start += from
		length := strings.IndexByte(value[start:], '}')
		if length < 0 {
			return found
		}
		end := start + length + 1
		body := value[start+2 : end-1]
		name, rest, ok := strings.Cut(body, ":")
		if !ok {
			from = end
			continue
		}
		r := reference{provider: name, key: rest, start: start, end: end}
		if at, key, ok := strings.Cut(rest, ":"); ok {
			r.path, r.key = at, key
		}
		found = append(found, r)
		from = end
	}
}
