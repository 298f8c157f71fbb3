package format

import (
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/kraftctl/kraftctl/internal/javabase64"
	"github.com/kraftctl/kraftctl/internal/javalang"
	"github.com/kraftctl/kraftctl/metadata"
)

const scramHint = `write it as SCRAM-SHA-256=[name=alice,password=…], or with salt, iterations and saltedpassword in base64`

// parseScramStrictly reads one --add-scram argument as org.apache.kafka.metadata.storage.ScramParser does (3.9 and later).
func parseScramStrictly(argument string, random io.Reader) (*metadata.UserScramCredentialRecord, error) {
	user, err := strictScramUser(javalang.Trim(argument))
	if err != nil {
		return nil, err
	}
	if refusal := checkIterations(user.iterations, " using "+user.mechanism.constant); refusal != nil {
		return nil, refusal
	}
	if user.salt == nil {
		if user.salt, err = randomSalt(random); err != nil {
			return nil, err
		}
	}
	return user.record()
}

// strictScramUser takes an argument apart, in the order in which ScramParser finds fault with it.
func strictScramUser(argument string) (*scramUser, error) {
	mechanism, inner, refusal := splitScramArgument(argument)
	if refusal != nil {
		return nil, refusal
	}
	parts, refusal := scramComponents(inner)
	if refusal != nil {
		return nil, refusal
	}
	user := &scramUser{mechanism: mechanism, iterations: defaultScramIterations}
	for _, take := range []func(map[string]string) *Refusal{user.takeName, user.takeSalt, user.takeIterations, user.takePassword} {
		if refusal := take(parts); refusal != nil {
			return nil, refusal
		}
	}
	if len(parts) > 0 {
		return nil, refuse(scramHint, "Unknown SCRAM configurations: %s", strings.Join(slices.Sorted(maps.Keys(parts)), ", "))
	}
	return user, nil
}

func splitScramArgument(argument string) (scramMechanism, string, *Refusal) {
	name, config, found := strings.Cut(argument, "=")
	if !found {
		return scramMechanism{}, "", refuse(scramHint, "Failed to find equals sign in SCRAM argument '%s'", argument).
			secretly("Failed to find equals sign in a SCRAM argument")
	}
	mechanism, known := scramMechanismNamed(name)
	switch {
	case !known:
		return scramMechanism{}, "", unsupportedMechanism(name)
	case !strings.HasPrefix(config, "["):
		return scramMechanism{}, "", refuse(scramHint, "Expected configuration string to start with [")
	case len(config) < 2 || !strings.HasSuffix(config, "]"):
		return scramMechanism{}, "", refuse(scramHint, "Expected configuration string to end with ]")
	}
	return mechanism, config[1 : len(config)-1], nil
}

func unsupportedMechanism(name string) *Refusal {
	return refuse("use SCRAM-SHA-256 or SCRAM-SHA-512", "The add-scram mechanism %s is not supported.", name)
}

// scramComponents splits the text between the brackets; quotes do not protect a comma, and a later duplicate wins.
func scramComponents(inner string) (map[string]string, *Refusal) {
	parts := map[string]string{}
	for _, component := range javalang.Split(inner, ",") {
		key, value, found := strings.Cut(component, "=")
		if !found {
			return nil, refuse(scramHint, "No equals sign found in SCRAM component: %s", component).
				secretly("No equals sign found in a SCRAM component (a comma cannot be part of a password here)")
		}
		if len(value) >= 2 && strings.HasPrefix(value, `"`) && strings.HasSuffix(value, `"`) {
			value = value[1 : len(value)-1]
		}
		parts[key] = value
	}
	return parts, nil
}

// take removes and returns a component.
func take(parts map[string]string, key string) (string, bool) {
	value, found := parts[key]
	delete(parts, key)
	return value, found
}

func (u *scramUser) takeName(parts map[string]string) *Refusal {
	name, found := take(parts, "name")
	if !found {
		return refuse(scramHint, "You must supply 'name' to add-scram")
	}
	u.name = name
	return nil
}

func (u *scramUser) takeSalt(parts map[string]string) *Refusal {
	text, found := take(parts, "salt")
	if !found {
		return nil
	}
	salt, err := javabase64.Decode(text, javabase64.Standard)
	if err != nil {
		return refuse("the salt is base64", "Failed to decode given salt: %s", text)
	}
	u.salt = append([]byte{}, salt...)
	return nil
}

func (u *scramUser) takeIterations(parts map[string]string) *Refusal {
	text, found := take(parts, "iterations")
	if !found {
		return nil
	}
	iterations, err := javalang.ParseInt(text, 32)
	if err != nil {
		return refuse(scramHint, "Failed to parse iterations count: %s", text)
	}
	u.iterations = int(iterations)
	return nil
}

func (u *scramUser) takePassword(parts map[string]string) *Refusal {
	password, plain := take(parts, "password")
	salted, given := take(parts, "saltedpassword")
	switch {
	case plain:
		u.password = &password
		return nil
	case !given:
		return refuse(scramHint, "You must supply one of 'password' or 'saltedpassword' to add-scram")
	case u.salt == nil:
		return refuse(scramHint, "You must supply 'salt' with 'saltedpassword' to add-scram")
	}
	raw, err := javabase64.Decode(salted, javabase64.Standard)
	if err != nil {
		return refuse("the salted password is base64", "Failed to decode given saltedPassword: %s", salted).
			secretly("Failed to decode the given saltedpassword")
	}
	u.salted = raw
	return nil
}
