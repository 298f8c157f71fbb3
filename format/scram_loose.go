package format

import (
	"fmt"
	"io"
	"strings"

	"github.com/kraftctl/kraftctl/internal/javabase64"
	"github.com/kraftctl/kraftctl/internal/javalang"
	"github.com/kraftctl/kraftctl/metadata"
)

// parseScramLoosely reads one --add-scram argument as kafka.tools.StorageTool of 3.5 … 3.8 does: the argument ends at
// the first white space, whatever stands where the brackets belong is dropped, and unknown keys are ignored.
func parseScramLoosely(argument string, random io.Reader) (*metadata.UserScramCredentialRecord, error) {
	words := javalang.SplitBlank(argument)
	if len(words) == 0 {
		return nil, outOfBounds(0, 0)
	}
	name, config, found := strings.Cut(words[0], "=")
	mechanism, known := scramMechanismNamed(name)
	switch {
	case !known:
		return nil, unsupportedMechanism(name)
	case !found:
		return nil, outOfBounds(1, 1)
	case len(config) < 2:
		return nil, refuse(scramHint, "begin 1, end %d, length %d", len(config)-1, len(config))
	}
	parts, refusal := looseComponents(config[1 : len(config)-1])
	if refusal != nil {
		return nil, refusal
	}
	return looseScramUser(mechanism, parts, random)
}

func outOfBounds(index, length int) *Refusal {
	return refuse(scramHint, "Index %d out of bounds for length %d", index, length)
}

// looseComponents splits at commas, and each piece at equals signs outside quotes; all quotes are dropped from values.
func looseComponents(inner string) (map[string]string, *Refusal) {
	parts := map[string]string{}
	for _, component := range javalang.Split(inner, ",") {
		words := splitOutsideQuotes(component)
		if len(words) < 2 {
			return nil, outOfBounds(len(words), len(words))
		}
		parts[words[0]] = strings.ReplaceAll(words[1], `"`, "")
	}
	return parts, nil
}

// splitOutsideQuotes cuts at each '=' that an even number of quotes follows, and drops empty pieces at the end.
func splitOutsideQuotes(s string) []string {
	if s == "" {
		return []string{""}
	}
	var words []string
	start := 0
	for at := range len(s) {
		if s[at] == '=' && strings.Count(s[at+1:], `"`)%2 == 0 {
			words = append(words, s[start:at])
			start = at + 1
		}
	}
	words = append(words, s[start:])
	for len(words) > 0 && words[len(words)-1] == "" {
		words = words[:len(words)-1]
	}
	return words
}

// looseScramUser checks in the order of StorageTool: name, salt, iterations (which count only beside a salt), password.
func looseScramUser(mechanism scramMechanism, parts map[string]string, random io.Reader) (*metadata.UserScramCredentialRecord, error) {
	user := &scramUser{mechanism: mechanism, iterations: defaultScramIterations, guarded: true}
	if refusal := user.takeName(parts); refusal != nil {
		return nil, refusal
	}
	if err := user.looseSalt(parts, random); err != nil {
		return nil, err
	}
	if err := user.loosePassword(parts); err != nil {
		return nil, err
	}
	return user.record()
}

func (u *scramUser) looseSalt(parts map[string]string, random io.Reader) error {
	text, given := parts["salt"]
	if !given {
		salt, err := randomSalt(random)
		u.salt = salt
		return err
	}
	salt, err := javabase64.Decode(text, javabase64.Standard)
	if err != nil {
		return refuse("the salt is base64", "%s", err)
	}
	u.salt = salt
	count, given := parts["iterations"]
	if !given {
		return refuse("give iterations beside the salt", "key not found: iterations")
	}
	iterations, err := javalang.ParseInt(count, 32)
	if err != nil {
		return refuse(scramHint, "%s", err)
	}
	u.iterations = int(iterations)
	if refusal := checkIterations(u.iterations, ""); refusal != nil {
		return refusal
	}
	return nil
}

func (u *scramUser) loosePassword(parts map[string]string) error {
	password, plain := parts["password"]
	salted, given := parts["saltedpassword"]
	_, withSalt := parts["salt"]
	switch {
	case plain && given:
		return refuse("", "You must only supply one of 'password' or 'saltedpassword' to add-scram")
	case plain:
		u.password = &password
		return nil
	case !given:
		return refuse(scramHint, "You must supply one of 'password' or 'saltedpassword' to add-scram")
	case !withSalt:
		return refuse(scramHint, "You must supply 'salt' with 'saltedpassword' to add-scram")
	}
	raw, err := javabase64.Decode(salted, javabase64.Standard)
	if err != nil {
		return refuse("the salted password is base64", "%s", err)
	}
	u.salted = raw
	return nil
}

// checkIterations holds the count to the bounds of ScramMechanism; using ends the sentence.
func checkIterations(iterations int, using string) *Refusal {
	hint := fmt.Sprintf("choose iterations from %d to %d", minScramIterations, maxScramIterations)
	switch {
	case iterations < minScramIterations:
		return refuse(hint, "The 'iterations' value must be >= %d for add-scram%s", minScramIterations, using)
	case iterations > maxScramIterations:
		return refuse(hint, "The 'iterations' value must be <= %d for add-scram%s", maxScramIterations, using)
	}
	return nil
}
