const WANTED = {
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  video: { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: "user" },
};

/** Why a camera or microphone stays shut, and what to do; by the error's name. */
const WHY = new Map([
  [
    "NotAllowedError",
    "浏览器没有得到摄像头、麦克风的许可。请点地址栏旁边的锁形图标，把“摄像头”和“麦克风”改成“允许”，再点“再试一次”。",
  ],
  [
    "NotFoundError",
    "没有找到摄像头或麦克风。请看看插好了没有，或者换一台带摄像头的手机打开这个链接。",
  ],
  [
    "NotReadableError",
    "摄像头或麦克风正被别的程序用着。请关掉别的视频、会议软件，再点“再试一次”。",
  ],
  ["insecure", "这个网址不是 https 开头的，浏览器不让用摄像头。请用短信里的完整链接打开。"],
]);
const OTHERWISE = "摄像头或麦克风打不开。请重新打开这个页面，或者换一台手机试试。";

/** The camera is shut; `message` says why, for people. */
export class CameraShut extends Error {
  /** @param {string} name of the browser's error */
  constructor(name) {
    super(WHY.get(name) ?? OTHERWISE);
    this.name = name;
  }
}

/**
 * One's own picture and voice; either alone when there is only one of them.
 *
 * @returns {Promise<MediaStream>}
 * @throws {CameraShut}
 */
export async function openCamera() {
  if (!navigator.mediaDevices?.getUserMedia) throw new CameraShut("insecure");
  try {
    return await navigator.mediaDevices.getUserMedia(WANTED);
  } catch (error) {
    const name = nameOf(error);
    if (name !== "NotFoundError" && name !== "NotReadableError") throw new CameraShut(name);
    return await half(name);
  }
}

/** @param {string} first why both together could not be had */
async function half(first) {
  for (const kinds of [{ audio: WANTED.audio }, { video: WANTED.video }]) {
    try {
      return await navigator.mediaDevices.getUserMedia(kinds);
    } catch {
      // the other half, then
    }
  }
  throw new CameraShut(first);
}

/** @param {unknown} error */
function nameOf(error) {
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  return name === "SecurityError" ? "NotAllowedError" : name;
}

/**
 * Show how loud one is on a meter, several times a second, until it is stopped.
 *
 * @param {MediaStream} stream
 * @param {HTMLMeterElement} meter
 * @returns {() => void} stops it
 */
export function measureVoice(stream, meter) {
  if (stream.getAudioTracks().length === 0) return () => {};
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const wave = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(wave);
    const loud = Math.sqrt(wave.reduce((sum, value) => sum + value * value, 0) / wave.length);
    meter.value = Math.min(1, loud * 4);
  }, 120);
  return () => {
    clearInterval(timer);
    if (context.state !== "closed") context.close();
  };
}
