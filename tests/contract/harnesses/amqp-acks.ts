/** Counts the acknowledgements in what an AMQP 0-9-1 client sends: the broker tells nobody of messages under way. */
import type { Tap } from '../../servers/tcp-proxy.ts';

const PROTOCOL_HEADER = 8;
const FRAME_HEADER = 7;
const FRAME_END = 1;
const METHOD_FRAME = 1;
/** Class basic, method ack. */
const BASIC_ACK = (60 << 16) | 80;

export function countAcks(onAck: () => void): Tap {
  return () => {
    let rest = Buffer.alloc(0);
    let skip = PROTOCOL_HEADER;
    return (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (; rest.length >= skip + FRAME_HEADER; ) {
        const frame = rest.subarray(skip);
        const size = FRAME_HEADER + frame.readUInt32BE(3) + FRAME_END;
        if (frame.length < size) return;
        if (frame[0] === METHOD_FRAME && frame.readUInt32BE(FRAME_HEADER) === BASIC_ACK) onAck();
        rest = frame.subarray(size);
        skip = 0;
      }
    };
  };
}
