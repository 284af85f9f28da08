// NAMES (with commas between), PORT_ASKED and RATE say what is asked how often. A line "count SENT OK FAILED" a second; what was
// answered with, and why something failed, at the end, after SIGUSR1.
#define _GNU_SOURCE
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define ASKERS 16
#define WORDS 200

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int sent, ok, failed, words, rate, name_count;
static volatile sig_atomic_t stopped;
static char *names[10], *port;
static struct { char text[160]; int times; } seen[WORDS];
static struct timespec begun;

static void stop(int number) { (void)number; stopped = 1; }

static void count(const char *kind, const char *text, int good) {
  char word[160];
  snprintf(word, sizeof word, "%s: %s", kind, text);
  pthread_mutex_lock(&lock);
  *(good ? &ok : &failed) += 1;
  int at = 0;
  while (at < words && strcmp(seen[at].text, word) != 0) at++;
  if (at == words && words < WORDS) strcpy(seen[words++].text, word);
  if (at < WORDS) seen[at].times++;
  pthread_mutex_unlock(&lock);
}

static void ask(const char *name) {
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
  int why = getaddrinfo(name, port, &hints, &found);
  if (why != 0) return count("failed", gai_strerror(why), 0);
  int fd = socket(found->ai_family, SOCK_STREAM, 0);
  struct timeval limit = {.tv_sec = 10};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  int refused = connect(fd, found->ai_addr, found->ai_addrlen) != 0 ? errno : 0;
  freeaddrinfo(found);
  char text[4096];
  int length = snprintf(text, sizeof text, "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", name);
  if (refused == 0 && write(fd, text, length) != length) refused = errno;
  int have = 0;
  while (refused == 0) {
    ssize_t more = read(fd, text + have, sizeof text - 1 - have);
    if (more < 0) refused = errno;
    if (more <= 0) break;
    have += more;
  }
  close(fd);
  if (refused != 0) return count("failed", strerror(refused), 0);
  text[have] = 0;
  if (have == 0) return count("failed", "no answer", 0);
  char *release = strcasestr(text, "x-release: ");
  if (release == NULL) return count("failed", "not an answer of the service", 0);
  release += strlen("x-release: ");
  release[strcspn(release, "\r\n")] = 0;
  if (strncmp(text, "HTTP/1.1 200", 12) == 0) count("release", release, 1);
  else count("failed: another status", release, 0);
}

/* Each takes the next turn and waits for its moment. */
static void *asker(void *unused) {
  (void)unused;
  while (!stopped) {
    pthread_mutex_lock(&lock);
    int at = sent++;
    pthread_mutex_unlock(&lock);
    long long nanoseconds = begun.tv_nsec + (long long)at * 1000000000 / rate;
    struct timespec when = {begun.tv_sec + nanoseconds / 1000000000, nanoseconds % 1000000000};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL);
    ask(names[at % name_count]);
  }
  return NULL;
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  signal(SIGUSR1, stop);
  signal(SIGPIPE, SIG_IGN);
  rate = atoi(getenv("RATE"));
  port = getenv("PORT_ASKED");
  for (char *name = strtok(getenv("NAMES"), ","); name != NULL && name_count < 10; name = strtok(NULL, ",")) names[name_count++] = name;
  clock_gettime(CLOCK_MONOTONIC, &begun);
  /* What is under way is not interrupted: main alone hears of the end. */
  sigset_t end;
  sigemptyset(&end);
  sigaddset(&end, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &end, NULL);
  pthread_t threads[ASKERS];
  for (int i = 0; i < ASKERS; i++) pthread_create(&threads[i], NULL, asker, NULL);
  pthread_sigmask(SIG_UNBLOCK, &end, NULL);
  while (!stopped) {
    sleep(1);
    pthread_mutex_lock(&lock);
    printf("count %d %d %d\n", sent, ok, failed);
    pthread_mutex_unlock(&lock);
  }
  for (int i = 0; i < ASKERS; i++) pthread_join(threads[i], NULL);
  for (int i = 0; i < words; i++) printf("seen %d %s\n", seen[i].times, seen[i].text);
  printf("done %d %d %d\n", sent, ok, failed);
  for (;;) pause();
}
