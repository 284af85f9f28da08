// NAMES (with commas between), PORT_ASKED and RATE say what is asked how often. A line "count SENT OK FAILED" a second; what
// was answered with, and why something failed, at the end, after SIGUSR1.
package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

var (
	lock             sync.Mutex
	sent, ok, failed int
	seen             = map[string]int{}
)

func count(word string, good bool) {
	lock.Lock()
	defer lock.Unlock()
	if good {
		ok++
	} else {
		failed++
	}
	seen[word]++
}

func ask(name string, port string) {
	limit := time.Now().Add(10 * time.Second)
	within, cancel := context.WithDeadline(context.Background(), limit)
	defer cancel()
	connection, err := (&net.Dialer{}).DialContext(within, "tcp", net.JoinHostPort(name, port))
	if err != nil {
		count("failed: "+err.Error(), false)
		return
	}
	defer connection.Close()
	connection.SetDeadline(limit)
	fmt.Fprintf(connection, "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", name)
	reader := bufio.NewReader(connection)
	status, err := reader.ReadString('\n')
	if err != nil {
		count("failed: "+err.Error(), false)
		return
	}
	release := "none"
	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			count("failed: "+err.Error(), false)
			return
		}
		if key, value, _ := strings.Cut(strings.TrimSpace(line), ": "); strings.EqualFold(key, "x-release") {
			release = value
		}
		if strings.TrimSpace(line) == "" {
			break
		}
	}
	if strings.HasPrefix(status, "HTTP/1.1 200") {
		count("release: "+release, true)
	} else {
		count("failed: "+strings.TrimSpace(status)+" of "+release, false)
	}
}

func say(word string) {
	lock.Lock()
	defer lock.Unlock()
	fmt.Println(word, sent, ok, failed)
}

func main() {
	names := strings.Split(os.Getenv("NAMES"), ",")
	rate, _ := strconv.Atoi(os.Getenv("RATE"))
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGUSR1)
	second := time.NewTicker(time.Second)
	begun := time.Now()
	var open sync.WaitGroup
	for at := 0; ; at++ {
		select {
		case <-stop:
			open.Wait()
			for word, times := range seen {
				fmt.Println("seen", times, word)
			}
			say("done")
			select {}
		case <-second.C:
			say("count")
		case <-time.After(time.Until(begun.Add(time.Duration(at) * time.Second / time.Duration(rate)))):
			lock.Lock()
			sent++
			lock.Unlock()
			open.Add(1)
			go func(name string) {
				defer open.Done()
				ask(name, os.Getenv("PORT_ASKED"))
			}(names[at%len(names)])
		}
	}
}
