// Command verify checks a checkpoint, an inclusion proof and a consistency proof with the Go project's own implementation of
// signed notes and transparency logs. It shares no line and no language with the service, and takes what the service says
// from standard input.
package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type question struct {
	Vkeys     []string `json:"vkeys"`
	Note      string   `json:"note"`
	Inclusion *struct {
		Leaf   string   `json:"leaf"`
		Index  int64    `json:"index"`
		Hashes []string `json:"hashes"`
	} `json:"inclusion"`
	Consistency *struct {
		// The newer checkpoint is Note.
		From   string   `json:"from"`
		Hashes []string `json:"hashes"`
	} `json:"consistency"`
}

func main() {
	var asked question
	err := json.NewDecoder(os.Stdin).Decode(&asked)
	if err == nil {
		err = answer(asked)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("verified")
}

func answer(asked question) error {
	size, root, err := open(asked.Note, asked.Vkeys)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	if proof := asked.Inclusion; proof != nil {
		hashes, err := decode(proof.Hashes)
		if err != nil {
			return err
		}
		leaf := tlog.RecordHash([]byte(proof.Leaf))
		if err := tlog.CheckRecord(hashes, size, root, proof.Index, leaf); err != nil {
			return fmt.Errorf("inclusion: %w", err)
		}
	}
	if proof := asked.Consistency; proof != nil {
		hashes, err := decode(proof.Hashes)
		if err != nil {
			return err
		}
		older, olderRoot, err := open(proof.From, asked.Vkeys)
		if err != nil {
			return fmt.Errorf("older checkpoint: %w", err)
		}
		if err := tlog.CheckTree(hashes, size, root, older, olderRoot); err != nil {
			return fmt.Errorf("consistency: %w", err)
		}
	}
	return nil
}

func open(text string, vkeys []string) (size int64, root tlog.Hash, err error) {
	var verifiers []note.Verifier
	for _, vkey := range vkeys {
		verifier, err := note.NewVerifier(vkey)
		if err != nil {
			return 0, root, err
		}
		verifiers = append(verifiers, verifier)
	}
	opened, err := note.Open([]byte(text), note.VerifierList(verifiers...))
	if err != nil {
		return 0, root, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 {
		return 0, root, errors.New("not a checkpoint: origin, size and root are three lines")
	}
	if size, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return 0, root, err
	}
	root, err = tlog.ParseHash(lines[2])
	return size, root, err
}

func decode(texts []string) (hashes []tlog.Hash, err error) {
	for _, text := range texts {
		bytes, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil || len(bytes) != tlog.HashSize {
			return nil, errors.New("a hash of a proof is not 32 bytes of base64url")
		}
		hashes = append(hashes, tlog.Hash(bytes))
	}
	return hashes, nil
}
