/**
 * Makes a terminal and relays it: Node cannot, and a native module would have to be built for every server. Perl is on
 * every Debian and Ubuntu (essential package); the numbers are those of asm-generic, the same on x64 and arm64.
 *
 * Arguments: rows, columns, the login who owns the terminal (empty: whoever runs this), then the words of the command;
 * with no word, the login shell of whoever runs this. stdin and stdout carry the bytes, fd 3 lines "rows columns".
 * When fd 3 or stdin ends, the terminal is closed and the kernel sends SIGHUP to all that is on it. Exit code: the shell's.
 */
export const RELAY = `
use strict; use warnings; use POSIX ();
my ($rows, $columns, $login, @command) = @ARGV;
my ($TIOCSWINSZ, $TIOCSCTTY, $TIOCSPTLCK, $TIOCGPTN) = (0x5414, 0x540E, 0x40045431, 0x80045430);
my $MOST = 65536;

sysopen(my $master, "/dev/ptmx", POSIX::O_RDWR() | POSIX::O_NOCTTY()) or die "no terminal: $!\\n";
my $number = pack("i", 0);
ioctl($master, $TIOCSPTLCK, $number) or die "terminal stays locked: $!\\n";
ioctl($master, $TIOCGPTN, $number) or die "terminal without a number: $!\\n";
my $path = "/dev/pts/" . unpack("i", $number);
sysopen(my $slave, $path, POSIX::O_RDWR() | POSIX::O_NOCTTY()) or die "$path: $!\\n";
sub resize { ioctl($master, $TIOCSWINSZ, pack("SSSS", $_[0], $_[1], 0, 0)) }
resize($rows, $columns);
if ($login ne "") {
  my $uid = (getpwnam($login))[2];
  die "no login $login\\n" unless defined $uid;
  my $group = getgrnam("tty");
  chown($uid, defined $group ? $group : -1, $path);
}

my $child = fork();
die "fork: $!\\n" unless defined $child;
if ($child == 0) {
  $SIG{$_} = "DEFAULT" for qw(PIPE HUP INT QUIT TERM CHLD TTOU TTIN TSTP);
  POSIX::setsid();
  ioctl($slave, $TIOCSCTTY, 0);
  POSIX::dup2(fileno($slave), $_) for 0, 1, 2;
  POSIX::close(3);
  if (@command) { exec { $command[0] } @command }
  else {
    my ($name, $home, $shell) = (getpwuid($<))[0, 7, 8];
    $shell = "/bin/sh" unless defined $shell && -x $shell;
    %ENV = (%ENV, USER => $name, LOGNAME => $name, HOME => $home, SHELL => $shell) if defined $name;
    chdir($home) if defined $home;
    my $word = $shell; $word =~ s{.*/}{-};
    exec { $shell } $word;
  }
  print STDOUT "$command[0] cannot be run: $!\\r\\n";
  POSIX::_exit(127);
}

close($slave);
open(my $control, "+<&=", 3) or die "no control: $!\\n";
$SIG{PIPE} = "IGNORE";
for my $file ($master, \\*STDOUT) { fcntl($file, 4, fcntl($file, 3, 0) | POSIX::O_NONBLOCK()) }
syswrite($control, "ready\\n");
my ($status, $in, $out, $lines, $drained) = (undef, "", "", "", 0);
until ($drained && $out eq "") {
  my ($read, $write) = ("", "");
  vec($read, fileno($master), 1) = 1 if !$drained && length($out) < $MOST;
  vec($read, fileno(STDIN), 1) = 1 if length($in) < $MOST;
  vec($read, fileno($control), 1) = 1;
  vec($write, fileno(STDOUT), 1) = 1 if $out ne "";
  vec($write, fileno($master), 1) = 1 if $in ne "" && !$drained;
  next if select($read, $write, undef, undef) < 0;
  if (vec($read, fileno($control), 1)) {
    my $got = sysread($control, my $text, 4096);
    last if defined $got && $got == 0;
    $lines .= $text if $got;
    while ($lines =~ s/^(\\d+) (\\d+)\\n//) { resize($1, $2) }
  }
  if (vec($read, fileno(STDIN), 1)) {
    my $got = sysread(STDIN, my $text, $MOST);
    last if defined $got && $got == 0;
    $in .= $text if $got;
  }
  if (vec($write, fileno($master), 1)) {
    my $sent = syswrite($master, $in, 4096);
    substr($in, 0, $sent, "") if $sent;
  }
  if (vec($read, fileno($master), 1)) {
    my $got = sysread($master, my $text, $MOST);
    # EIO: nobody holds the other side any more.
    if ($got) { $out .= $text }
    elsif (defined $got || !($!{EAGAIN} || $!{EINTR})) { $drained = 1 }
  }
  if (vec($write, fileno(STDOUT), 1)) {
    my $sent = syswrite(STDOUT, $out);
    if ($sent) { substr($out, 0, $sent, "") }
    elsif (!$!{EAGAIN} && !$!{EINTR}) { last }
  }
}
# The kernel hangs up on the first process of the session; where that only stands before the shell (runuser), it keeps
# the signal to itself, so the shell is told as well, and the shell tells its jobs.
if (!$drained && @command && opendir(my $all, "/proc")) {
  for my $pid (grep { /^\\d+$/ } readdir($all)) {
    open(my $stat, "<", "/proc/$pid/stat") or next;
    my ($parent, $session) = (readline($stat) // "") =~ /.*\\) \\S (\\d+) \\d+ (\\d+) / or next;
    kill("HUP", $pid) if $parent == $child && $session == $child;
  }
}
close($master);
# What does not go when its terminal goes is ended.
for my $try (0 .. 50) {
  if (waitpid($child, POSIX::WNOHANG()) == $child) { $status = $?; last }
  select(undef, undef, undef, $try == 0 ? 0.005 : 0.1);
}
if (!defined $status) { kill("KILL", $child); waitpid($child, 0); $status = $? }
POSIX::_exit(($status & 127) ? 128 + ($status & 127) : $status >> 8);
`;
