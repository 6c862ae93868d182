/* A run of a program that is up already (tests/warm/server.py), as whoever started this sees it: sends its arguments,
   variables, working directory and standard streams to the server at ADDRESS, and ends as the run ends. */

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

extern char **environ;

static char *put(char *end, const char *text) { return stpcpy(end, text) + 1; }

static void fail(const char *what) {
  perror(what);
  _exit(1);
}

int main(int argc, char **argv) {
  signal(SIGINT, SIG_DFL);

  size_t size = 64;
  for (char **each = argv; *each; each++) size += strlen(*each) + 1;
  for (char **each = environ; *each; each++) size += strlen(*each) + 1;
  char *call = malloc(size), numbers[64];
  if (!call) fail("malloc");
  snprintf(numbers, sizeof numbers, "%ld", (long)getppid());
  char *end = put(call, numbers);
  snprintf(numbers, sizeof numbers, "%d", argc);
  end = put(end, numbers);
  for (char **each = argv; *each; each++) end = put(end, *each);
  for (char **each = environ; *each; each++) end = put(end, *each);
  size = end - call;

  int server = socket(AF_UNIX, SOCK_STREAM, 0);
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = ADDRESS};
  if (server < 0 || connect(server, (struct sockaddr *)&address, sizeof address)) fail(ADDRESS);

  int streams[4] = {0, 1, 2, open(".", O_RDONLY)};
  union {
    struct cmsghdr head;
    char room[CMSG_SPACE(sizeof streams)];
  } control = {0};
  unsigned char length[4] = {size >> 24, size >> 16, size >> 8, size};
  struct iovec part = {length, sizeof length};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof streams);
  memcpy(CMSG_DATA(head), streams, sizeof streams);
  if (sendmsg(server, &message, 0) != sizeof length) fail("sendmsg");
  for (char *sent = call; sent < end;) {
    ssize_t count = write(server, sent, end - sent);
    if (count < 0) fail("write");
    sent += count;
  }

  unsigned char said[2] = {0, 1};
  if (read(server, said, sizeof said) < 0) fail("read");
  int code = (int16_t)(said[0] << 8 | said[1]);
  if (code < 0) {
    if (code != -SIGKILL) signal(-code, SIG_DFL);
    kill(getpid(), -code);
  }
  _exit(code);
}
