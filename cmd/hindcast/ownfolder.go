package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// ownFolder is a folder that one process alone works in. It is locked for as long as the process lives, however that ends.
type ownFolder struct {
	dir  string
	lock *os.File
}

const ownPrefix = "run-"

// newOwnFolder makes a folder below another, and removes those that processes which are gone have left there.
func newOwnFolder(parent string) (*ownFolder, error) {
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return nil, fmt.Errorf("make a folder for work: %w", err)
	}
	if err := clearFolders(parent); err != nil {
		return nil, fmt.Errorf("clear the folder for work: %w", err)
	}
	const tries = 10
	for range tries {
		dir, err := os.MkdirTemp(parent, ownPrefix+"*")
		if err != nil {
			return nil, fmt.Errorf("make a folder for work: %w", err)
		}
		own, err := lockFolder(dir, 0)
		switch {
		case err == nil:
			return own, nil
		case !errors.Is(err, fs.ErrNotExist): // the file system has no locks: nobody takes it for one that was left, either
			return &ownFolder{dir: dir}, nil
		}
		// Another has removed it before it was locked.
	}
	return nil, fmt.Errorf("make a folder for work: others remove each that is made in %s", parent)
}

// clearFolders removes the folders that nobody holds. One that cannot be removed is in nobody's way.
func clearFolders(parent string) error {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ownPrefix) {
			continue
		}
		if left, err := lockFolder(filepath.Join(parent, e.Name()), syscall.LOCK_NB); err == nil {
			_ = left.remove()
		}
	}
	return nil
}

// lockFolder locks a folder that is there. fs.ErrNotExist when it is not, or not any more.
func lockFolder(dir string, how int) (*ownFolder, error) {
	lock, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|how)
	var there, locked fs.FileInfo
	if err == nil {
		locked, err = lock.Stat()
	}
	if err == nil {
		there, err = os.Stat(dir)
	}
	if err == nil && !os.SameFile(there, locked) {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return &ownFolder{dir, lock}, nil
}

// remove removes the folder, and then gives it free.
func (o *ownFolder) remove() error {
	err := os.RemoveAll(o.dir)
	if o.lock != nil {
		err = errors.Join(err, o.lock.Close())
	}
	return err
}
