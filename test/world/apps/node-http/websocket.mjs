// As much of RFC 6455 as an echo needs.
import { createHash } from "node:crypto";

export function echoWebSocket(request, socket, head, release) {
  const accept = createHash("sha1")
    .update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest("base64");
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\nx-release: ${release}\r\n\r\n`,
  );
  socket.on("error", () => socket.destroy());
  socket.goodbye = () => socket.end(frame(8, Buffer.from([0x03, 0xe9])));
  let pending = Buffer.from(head);
  const take = () => {
    for (let next = parse(pending); next; next = parse(pending)) {
      pending = pending.subarray(next.length);
      if (next.opcode === 8) return socket.end(frame(8, next.data));
      if (next.opcode === 9) socket.write(frame(10, next.data));
      if (next.opcode === 1 || next.opcode === 2) socket.write(frame(next.opcode, next.data));
    }
  };
  socket.on("data", (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    take();
  });
  take();
}

function parse(buffer) {
  if (buffer.length < 2) return undefined;
  let size = buffer[1] & 0x7f;
  let at = 2;
  if (size === 126) {
    if (buffer.length < 4) return undefined;
    size = buffer.readUInt16BE(2);
    at = 4;
  } else if (size === 127) {
    if (buffer.length < 10) return undefined;
    size = Number(buffer.readBigUInt64BE(2));
    at = 10;
  }
  const masked = (buffer[1] & 0x80) !== 0;
  const mask = masked ? buffer.subarray(at, at + 4) : undefined;
  if (masked) at += 4;
  if (buffer.length < at + size) return undefined;
  const data = Buffer.from(buffer.subarray(at, at + size));
  if (mask) for (let i = 0; i < size; i++) data[i] ^= mask[i % 4];
  return { opcode: buffer[0] & 0x0f, data, length: at + size };
}

function frame(opcode, data) {
  const size = data.length;
  const head =
    size < 126
      ? Buffer.from([0x80 | opcode, size])
      : Buffer.from([0x80 | opcode, 126, size >> 8, size & 0xff]);
  if (size > 0xffff) {
    const long = Buffer.alloc(10);
    long[0] = 0x80 | opcode;
    long[1] = 127;
    long.writeBigUInt64BE(BigInt(size), 2);
    return Buffer.concat([long, data]);
  }
  return Buffer.concat([head, data]);
}
