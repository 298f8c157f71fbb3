package argparse

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxFiles bounds how many argument files one command line may read; a file that names itself would never end.
const maxFiles = 1000

// expandFiles replaces the current argument by the lines of the file it names, until it names none.
func (l *level) expandFiles(s *state) error {
	prefix := s.parser.FilePrefix
	for prefix != "" && s.more() {
		word := s.current()
		name := strings.TrimLeft(word, prefix)
		if name == word || name == "" {
			return nil
		}
		if s.files++; s.files > maxFiles {
			return l.fail(fmt.Sprintf("more than %d files of arguments; does '%s' name itself?", maxFiles, name))
		}
		content, err := s.parser.ReadFile(name)
		if err != nil {
			return l.fail("Could not read arguments from file '" + name + "'")
		}
		s.splice(lines(content))
	}
	return nil
}

// splice puts the words in the place of the current argument and drops what was read before it.
func (s *state) splice(words []string) {
	next := s.index + 1
	if s.fromFile < next {
		s.fromFile = len(words) - 1
	} else {
		s.fromFile += len(words) - next
	}
	s.args = append(append(make([]string, 0, len(words)+len(s.args)-next), words...), s.args[next:]...)
	s.index = 0
}

// fileTip is the hint for words that came out of an argument file, where blanks and empty lines count.
func (s *state) fileTip() string {
	if s.index > s.fromFile {
		return ""
	}
	return "\nChecking trailing white spaces or new lines in " + s.parser.FilePrefix + "file may help."
}

// lines splits a file as java.io.BufferedReader does: at \n, \r and \r\n, without an empty last line.
func lines(content []byte) []string {
	text := string(content)
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}
