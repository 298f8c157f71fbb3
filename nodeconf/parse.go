package nodeconf

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/internal/javalang"
	"github.com/kraftctl/kraftctl/release"
)

// parseKeys parses and checks the value of each key in the order the release defines them, and reports the keys
// it misses at their place in that order.
//
// Source: ConfigDef.parse.
func (c *config) parseKeys() {
	var keys []*release.ConfigKey
	for name := range c.set {
		if def, ok := release.LookupConfigKey(c.opts.Release, name); ok {
			keys = append(keys, def)
		}
	}
	for _, def := range release.RequiredConfigKeys(c.opts.Release) {
		if !c.isSet(def.Name) {
			keys = append(keys, def)
		}
	}
	slices.SortFunc(keys, func(a, b *release.ConfigKey) int {
		return cmp.Compare(a.Order(c.opts.Release), b.Order(c.opts.Release))
	})
	for _, def := range keys {
		if c.copiedAndFailed(def.Name) || !c.parseKey(def) {
			c.broken[def.Name], c.unsound[def.Name] = true, true
		}
	}
}

// copiedAndFailed tells whether a key has its value from its synonym, or gave it, and the synonym has failed: there
// is one text in the file to blame, so it is blamed once.
func (c *config) copiedAndFailed(key string) bool {
	other := synonymOf[key]
	return other != "" && c.unsound[other] && c.written(key) == c.written(other)
}

var synonymOf = map[string]string{"node.id": "broker.id", "broker.id": "node.id"}

// parseKey reports whether the value of a key, or its absence, is right.
func (c *config) parseKey(def *release.ConfigKey) bool {
	value, ok := c.set[def.Name]
	if !ok {
		c.fail(configException, def.Name, fmt.Sprintf("Missing required configuration %q which has no default value.", def.Name),
			fmt.Sprintf("add a line %s=…; Kafka %s does not start without it", def.Name, c.opts.Release))
		return false
	}
	text := javalang.Trim(value)
	number, problem := c.parseType(def, value, text)
	if problem != "" {
		c.invalid(def.Name, value, problem, typeHint(def, value))
		return false
	}
	return c.validate(def, text, number)
}

// invalid reports a ConfigException about the value of a key.
func (c *config) invalid(key, value, problem, hint string) *Problem {
	return c.fail(configException, key, fmt.Sprintf("Invalid value %s for configuration %s: %s", value, key, problem), hint)
}

// parsed is a number and the way Java prints it.
type parsed struct {
	value float64
	text  string
}

// parseType checks the type of a value; it returns the number of a numeric type, or Kafka's complaint.
//
// Source: ConfigDef.parseType.
func (c *config) parseType(def *release.ConfigKey, value, text string) (parsed, string) {
	switch def.Type {
	case release.TypeBoolean:
		if !strings.EqualFold(text, "true") && !strings.EqualFold(text, "false") {
			return parsed{}, "Expected value to be either true or false"
		}
	case release.TypeInt, release.TypeLong, release.TypeShort:
		n, ok := parseInteger(text, integerBits[def.Type])
		if !ok {
			return parsed{}, "Not a number of type " + def.Type.String()
		}
		return parsed{float64(n), fmt.Sprint(n)}, ""
	case release.TypeDouble:
		f, ok := parseDouble(text)
		if !ok {
			return parsed{}, "Not a number of type DOUBLE"
		}
		return parsed{f, doubleText(f)}, ""
	case release.TypeClass:
		if !isClassName(text) {
			return parsed{}, "Class " + value + " could not be found."
		}
	}
	return parsed{}, ""
}

var integerBits = map[release.ConfigType]int{release.TypeInt: 32, release.TypeLong: 64, release.TypeShort: 16}

// validate applies the key's validator to its parsed value.
func (c *config) validate(def *release.ConfigKey, text string, number parsed) bool {
	switch def.Check {
	case release.CheckRange:
		return c.checkRange(def, number)
	case release.CheckGzipLevel:
		if number.value != -1 && (number.value < 1 || number.value > 9) {
			c.invalid(def.Name, number.text, "Value must be between 1 and 9 or equal to -1", "use 1 (fastest) to 9 (smallest), or -1 for zlib's default")
			return false
		}
	case release.CheckPoolSize:
		if number.value < -1 || number.value == 0 {
			c.invalid(def.Name, number.text, "Value can be -1 or greater than 0", "use a number of threads, or -1 to follow remote.log.manager.thread.pool.size")
			return false
		}
	case release.CheckValidString:
		return c.checkOneOf(def, text, text)
	case release.CheckValidStringFold:
		return c.checkOneOfFold(def, text)
	case release.CheckNonEmpty:
		if text == "" {
			c.invalid(def.Name, text, "String must be non-empty", "give a value or remove the line")
			return false
		}
	case release.CheckMetadataVersion:
		return c.checkVersion(def, text)
	case release.CheckValidList, release.CheckDistinctList:
		return c.checkList(def, text)
	case release.CheckVoters:
		return c.parseVoters()
	case release.CheckBootstrap:
		return c.parseBootstrap()
	}
	return true
}

// checkRange is ConfigDef.Range. It compares as Java does, so NaN passes every range.
func (c *config) checkRange(def *release.ConfigKey, number parsed) bool {
	if low, ok := parseDouble(def.Min); ok && number.value < low {
		c.invalid(def.Name, number.text, "Value must be at least "+def.Min, "the allowed range is "+rangeText(def))
		return false
	}
	if high, ok := parseDouble(def.Max); ok && number.value > high {
		c.invalid(def.Name, number.text, "Value must be no more than "+def.Max, "the allowed range is "+rangeText(def))
		return false
	}
	return true
}

func (c *config) checkOneOf(def *release.ConfigKey, value, shown string) bool {
	if slices.Contains(strings.Split(def.Values, ", "), value) {
		return true
	}
	c.invalid(def.Name, shown, "String must be one of: "+def.Values, choiceHint(def, value))
	return false
}

func (c *config) checkOneOfFold(def *release.ConfigKey, value string) bool {
	for _, allowed := range strings.Split(def.Values, ", ") {
		if strings.EqualFold(allowed, value) {
			return true
		}
	}
	c.invalid(def.Name, value, "String must be one of (case insensitive): "+def.Values, "choose one of "+def.Values)
	return false
}

func (c *config) checkVersion(def *release.ConfigKey, text string) bool {
	if _, ok := protocolVersion(def, text); ok {
		return true
	}
	c.invalid(def.Name, text, "Version "+text+" is not a valid version",
		fmt.Sprintf("Kafka %s knows versions up to %s", c.opts.Release, def.Default))
	return false
}

// checkList is ConfigDef.ValidList, before and since KIP-1161.
func (c *config) checkList(def *release.ConfigKey, text string) bool {
	if text == "" {
		return c.checkEmptyList(def)
	}
	items := splitOnCommas(text)
	if def.Check == release.CheckDistinctList {
		if kept := distinct(items); len(kept) != len(items) {
			c.warn("WARN", def.Name, fmt.Sprintf("Configuration key %q contains duplicate values. Duplicates will be removed. The original value is: %s, the updated value is: %s",
				def.Name, javaList(texts(items)), javaList(texts(kept))))
			items = kept
		}
	}
	for _, item := range items {
		before := len(c.problems)
		switch {
		case item.text == "" && def.Check == release.CheckDistinctList:
			c.fail(configException, def.Name, "Configuration '"+def.Name+"' values must not be empty.", "remove the comma that has nothing beside it")
		case def.Values != "":
			c.checkOneOf(def, item.text, item.text)
		}
		if len(c.problems) > before {
			c.problems[before].Pos = c.placeOf(def.Name, item.at)
			return false
		}
	}
	return true
}

func (c *config) checkEmptyList(def *release.ConfigKey) bool {
	if def.Check != release.CheckDistinctList || def.EmptyAllowed {
		return true
	}
	valid := "any non-empty value"
	if def.Values != "" {
		valid = "[" + def.Values + "]"
	}
	c.fail(configException, def.Name, "Configuration '"+def.Name+"' must not be empty. Valid values include: "+valid, "give a value or remove the line")
	return false
}

// protocolVersion is the version a text of inter.broker.protocol.version selects: the place in the release's list
// of versions, oldest first. A short form such as 3.4 selects the newest of its line; the lines of versions newer
// than the release's own, which is the default, have none.
//
// Source: MetadataVersion.fromVersionString.
func protocolVersion(def *release.ConfigKey, text string) (int, bool) {
	segments := splitKeepingBlanks(text, '.')
	length := 2
	if strings.HasPrefix(text, "0.") {
		length = 3
	}
	key := text
	if length < len(segments) {
		key = strings.Join(texts(segments[:length]), ".")
	}
	found, production := -1, true
	for i, version := range strings.Split(def.Values, ", ") {
		short, _, _ := strings.Cut(version, "-")
		if version == key || short == key && production {
			found = i
		}
		production = production && version != newestVersion(def)
	}
	return found, found >= 0
}

// newestVersion is the newest version that was ready for production when a release came out, which is the default
// of inter.broker.protocol.version. The default of log.message.format.version is a fixed old one.
func newestVersion(def *release.ConfigKey) string {
	if own, ok := release.LookupConfigKey(def.Since, ibpKey); ok {
		return own.Default
	}
	return def.Default
}
