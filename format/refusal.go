package format

import "fmt"

// Refusal says why a request cannot be carried out; nothing has been written when it is returned.
type Refusal struct {
	// Message is the text kafka-storage of the release shows a person, without a Java class name.
	Message string
	// Public replaces Message where that would repeat a secret; "" means that Message is fit to be shown.
	Public string
	// Key is the configuration key the refusal is about; "" if it is about an argument or a directory.
	Key string
	// Credential counts from 1 the element of Request.Scram the refusal is about; 0 if it is about none.
	Credential int
	// Conflict says that the request is sound, and what is on disk speaks against it.
	Conflict bool
	// Hint says what to do next.
	Hint string
}

func (r *Refusal) Error() string {
	if r.Public != "" {
		return r.Public
	}
	return r.Message
}

func refuse(hint, format string, args ...any) *Refusal {
	return &Refusal{Message: fmt.Sprintf(format, args...), Hint: hint}
}

// about names the configuration key a refusal is about.
func (r *Refusal) about(key string) *Refusal {
	r.Key = key
	return r
}

// secretly gives the refusal a text that leaves the secret out.
func (r *Refusal) secretly(format string, args ...any) *Refusal {
	r.Public = fmt.Sprintf(format, args...)
	return r
}

// conflict marks a refusal for what is on disk.
func (r *Refusal) conflict() *Refusal {
	r.Conflict = true
	return r
}
