/** The kinds of event S3 sends to EventBridge that something here can cause. */
export type S3NotificationKind =
  | 'Object Created'
  | 'Object Deleted'
  | 'Object Tags Added'
  | 'Object Tags Deleted';

/**
 * `detail` of an S3 event, field for field as AWS sends it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export interface S3NotificationDetail {
  version: '0';
  bucket: { name: string };
  object: {
    key: string;
    /** Bytes; only of created objects. */
    size?: number;
    /** Without quotes. */
    etag?: string;
    'version-id'?: string;
    /** Hexadecimal, of fixed width: later events of one key compare greater as strings. */
    sequencer?: string;
  };
  'request-id': string;
  /** Account id, or `s3.amazonaws.com`. */
  requester: string;
  'source-ip-address'?: string;
  reason?: 'PutObject' | 'POST Object' | 'CopyObject' | 'CompleteMultipartUpload' | 'DeleteObject';
  'deletion-type'?: 'Permanently Deleted' | 'Delete Marker Created';
}

/** What the caller makes an event of: it adds account, region, source `aws.s3` and the bucket's ARN. */
export interface S3Notification {
  kind: S3NotificationKind;
  /** ISO 8601, whole seconds, UTC: `2026-11-23T15:20:00Z`. */
  time: string;
  detail: S3NotificationDetail;
}
