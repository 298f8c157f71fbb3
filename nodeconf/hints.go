package nodeconf

import (
	"fmt"
	"strings"

	"github.com/kraftctl/kraftctl/internal/javalang"
	"github.com/kraftctl/kraftctl/internal/spelling"
	"github.com/kraftctl/kraftctl/release"
)

// typeHint says how a value that is not of its key's type may be mended.
func typeHint(def *release.ConfigKey, value string) string {
	text := javalang.Trim(value)
	switch {
	case strings.Contains(text, "${"):
		return "the reference was not replaced; a config provider resolves it only when config.providers names the provider and it has the value"
	case strings.Contains(text, "#"):
		return "a comment needs a line of its own: in a value, # is text"
	case text == "" && def.Type != release.TypeClass:
		return "give a value or remove the line"
	}
	switch def.Type {
	case release.TypeBoolean:
		return "write true or false"
	case release.TypeClass:
		return "give the full name of a class on the node's class path, or remove the line"
	case release.TypeDouble:
		return "write a decimal number such as 0.5"
	case release.TypeInt, release.TypeShort, release.TypeLong:
		if n, ok := parseInteger(strings.NewReplacer("_", "", ",", "", ".", "").Replace(text), 64); ok && !isInteger(text) {
			return fmt.Sprintf("write the number with digits only, such as %d", n)
		}
		bits := integerBits[def.Type]
		return fmt.Sprintf("write a whole number between -2^%d and 2^%d-1, without a unit", bits-1, bits-1)
	}
	return ""
}

func isInteger(text string) bool {
	_, ok := parseInteger(text, 64)
	return ok
}

func rangeText(def *release.ConfigKey) string {
	switch {
	case def.Max == "":
		return def.Min + " or more"
	case def.Min == "":
		return def.Max + " or less"
	}
	return def.Min + " to " + def.Max
}

// choiceHint suggests the allowed text a value is meant to be, when that can be told.
func choiceHint(def *release.ConfigKey, value string) string {
	for _, allowed := range strings.Split(def.Values, ", ") {
		bare := strings.Trim(value, `"' `)
		if strings.EqualFold(allowed, bare) {
			return fmt.Sprintf("write %s exactly so: case and quotes count", allowed)
		}
		if spelling.Distance(allowed, strings.ToLower(bare)) <= 2 && len(allowed) > 3 {
			return fmt.Sprintf("did you mean %s? The choices are %s", allowed, def.Values)
		}
	}
	return "choose one of " + def.Values
}
