"""Metrics of node-exporter 1.5.0, by `toolkit discover --no-values` from a real scrape."""

from toolkit.catalogue import Catalogue, Kind, Label, Metric, Unit
from toolkit.catalogues import go_client

NODE_ARP_ENTRIES = Metric(
    "node_arp_entries",
    Kind.GAUGE,
    "ARP entries by device",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_BOOT_TIME_SECONDS = Metric(
    "node_boot_time_seconds",
    Kind.GAUGE,
    "Node boot time, in unixtime.",
    unit=Unit.SECONDS,
    foreign=True,
)
NODE_CONTEXT_SWITCHES_TOTAL = Metric(
    "node_context_switches_total",
    Kind.COUNTER,
    "Total number of context switches.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_CPU_GUEST_SECONDS_TOTAL = Metric(
    "node_cpu_guest_seconds_total",
    Kind.COUNTER,
    "Seconds the CPUs spent in guests (VMs) for each mode.",
    unit=Unit.SECONDS,
    labels=(Label("cpu", at_most=10), Label("mode", at_most=10)),
    foreign=True,
)
NODE_CPU_SECONDS_TOTAL = Metric(
    "node_cpu_seconds_total",
    Kind.COUNTER,
    "Seconds the CPUs spent in each mode.",
    unit=Unit.SECONDS,
    labels=(Label("cpu", at_most=10), Label("mode", at_most=50)),
    foreign=True,
)
NODE_DISK_DISCARD_TIME_SECONDS_TOTAL = Metric(
    "node_disk_discard_time_seconds_total",
    Kind.COUNTER,
    "This is the total number of seconds spent by all discards.",
    unit=Unit.SECONDS,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_DISK_DISCARDED_SECTORS_TOTAL = Metric(
    "node_disk_discarded_sectors_total",
    Kind.COUNTER,
    "The total number of sectors discarded successfully.",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_DISK_DISCARDS_COMPLETED_TOTAL = Metric(
    "node_disk_discards_completed_total",
    Kind.COUNTER,
    "The total number of discards completed successfully.",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_DISK_DISCARDS_MERGED_TOTAL = Metric(
    "node_disk_discards_merged_total",
    Kind.COUNTER,
    "The total number of discards merged.",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_DISK_FLUSH_REQUESTS_TIME_SECONDS_TOTAL = Metric(
    "node_disk_flush_requests_time_seconds_total",
    Kind.COUNTER,
    "This is the total number of seconds spent by all flush requests.",
    unit=Unit.SECONDS,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_DISK_FLUSH_REQUESTS_TOTAL = Metric(
    "node_disk_flush_requests_total",
    Kind.COUNTER,
    "The total number of flush requests completed successfully",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_DISK_INFO = Metric(
    "node_disk_info",
    Kind.INFO,
    "Info of /sys/block/<block_device>.",
    unit=Unit.STATE,
    labels=(
        Label("device", at_most=10),
        Label("major", at_most=10),
        Label("minor", at_most=10),
        Label("model", at_most=10),
        Label("path", at_most=10),
        Label("revision", at_most=10),
        Label("serial", at_most=10),
        Label("wwn", at_most=10),
    ),
    foreign=True,
)
NODE_DISK_IO_NOW = Metric(
    "node_disk_io_now",
    Kind.GAUGE,
    "The number of I/Os currently in progress.",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_DISK_IO_TIME_SECONDS_TOTAL = Metric(
    "node_disk_io_time_seconds_total",
    Kind.COUNTER,
    "Total seconds spent doing I/Os.",
    unit=Unit.SECONDS,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_DISK_IO_TIME_WEIGHTED_SECONDS_TOTAL = Metric(
    "node_disk_io_time_weighted_seconds_total",
    Kind.COUNTER,
    "The weighted # of seconds spent doing I/Os.",
    unit=Unit.SECONDS,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_DISK_READ_BYTES_TOTAL = Metric(
    "node_disk_read_bytes_total",
    Kind.COUNTER,
    "The total number of bytes read successfully.",
    unit=Unit.BYTES,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_DISK_READ_TIME_SECONDS_TOTAL = Metric(
    "node_disk_read_time_seconds_total",
    Kind.COUNTER,
    "The total number of seconds spent by all reads.",
    unit=Unit.SECONDS,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_DISK_READS_COMPLETED_TOTAL = Metric(
    "node_disk_reads_completed_total",
    Kind.COUNTER,
    "The total number of reads completed successfully.",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_DISK_READS_MERGED_TOTAL = Metric(
    "node_disk_reads_merged_total",
    Kind.COUNTER,
    "The total number of reads merged.",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_DISK_WRITE_TIME_SECONDS_TOTAL = Metric(
    "node_disk_write_time_seconds_total",
    Kind.COUNTER,
    "This is the total number of seconds spent by all writes.",
    unit=Unit.SECONDS,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_DISK_WRITES_COMPLETED_TOTAL = Metric(
    "node_disk_writes_completed_total",
    Kind.COUNTER,
    "The total number of writes completed successfully.",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_DISK_WRITES_MERGED_TOTAL = Metric(
    "node_disk_writes_merged_total",
    Kind.COUNTER,
    "The number of writes merged.",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_DISK_WRITTEN_BYTES_TOTAL = Metric(
    "node_disk_written_bytes_total",
    Kind.COUNTER,
    "The total number of bytes written successfully.",
    unit=Unit.BYTES,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_ENTROPY_AVAILABLE_BITS = Metric(
    "node_entropy_available_bits",
    Kind.GAUGE,
    "Bits of available entropy.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_ENTROPY_POOL_SIZE_BITS = Metric(
    "node_entropy_pool_size_bits",
    Kind.GAUGE,
    "Bits of entropy pool.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_EXPORTER_BUILD_INFO = Metric(
    "node_exporter_build_info",
    Kind.INFO,
    "A metric with a constant '1' value labeled by version, revision, branch, "
    "goversion from which node_exporter was built, and the goos and goarch for "
    "the build.",
    unit=Unit.STATE,
    labels=(
        Label("branch", at_most=10),
        Label("goarch", at_most=10),
        Label("goos", at_most=10),
        Label("goversion", at_most=10),
        Label("revision", at_most=10),
        Label("version", at_most=10),
    ),
    foreign=True,
)
NODE_FILEFD_ALLOCATED = Metric(
    "node_filefd_allocated",
    Kind.GAUGE,
    "File descriptor statistics: allocated.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_FILEFD_MAXIMUM = Metric(
    "node_filefd_maximum",
    Kind.GAUGE,
    "File descriptor statistics: maximum.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_FILESYSTEM_AVAIL_BYTES = Metric(
    "node_filesystem_avail_bytes",
    Kind.GAUGE,
    "Filesystem space available to non-root users in bytes.",
    unit=Unit.BYTES,
    labels=(
        Label("device", at_most=10),
        Label("fstype", at_most=10),
        Label("mountpoint", at_most=10),
    ),
    foreign=True,
)
NODE_FILESYSTEM_DEVICE_ERROR = Metric(
    "node_filesystem_device_error",
    Kind.GAUGE,
    "Whether an error occurred while getting statistics for the given device.",
    unit=Unit.COUNT,
    labels=(
        Label("device", at_most=10),
        Label("fstype", at_most=10),
        Label("mountpoint", at_most=10),
    ),
    foreign=True,
)
NODE_FILESYSTEM_FILES = Metric(
    "node_filesystem_files",
    Kind.GAUGE,
    "Filesystem total file nodes.",
    unit=Unit.COUNT,
    labels=(
        Label("device", at_most=10),
        Label("fstype", at_most=10),
        Label("mountpoint", at_most=10),
    ),
    foreign=True,
)
NODE_FILESYSTEM_FILES_FREE = Metric(
    "node_filesystem_files_free",
    Kind.GAUGE,
    "Filesystem total free file nodes.",
    unit=Unit.COUNT,
    labels=(
        Label("device", at_most=10),
        Label("fstype", at_most=10),
        Label("mountpoint", at_most=10),
    ),
    foreign=True,
)
NODE_FILESYSTEM_FREE_BYTES = Metric(
    "node_filesystem_free_bytes",
    Kind.GAUGE,
    "Filesystem free space in bytes.",
    unit=Unit.BYTES,
    labels=(
        Label("device", at_most=10),
        Label("fstype", at_most=10),
        Label("mountpoint", at_most=10),
    ),
    foreign=True,
)
NODE_FILESYSTEM_READONLY = Metric(
    "node_filesystem_readonly",
    Kind.GAUGE,
    "Filesystem read-only status.",
    unit=Unit.COUNT,
    labels=(
        Label("device", at_most=10),
        Label("fstype", at_most=10),
        Label("mountpoint", at_most=10),
    ),
    foreign=True,
)
NODE_FILESYSTEM_SIZE_BYTES = Metric(
    "node_filesystem_size_bytes",
    Kind.GAUGE,
    "Filesystem size in bytes.",
    unit=Unit.BYTES,
    labels=(
        Label("device", at_most=10),
        Label("fstype", at_most=10),
        Label("mountpoint", at_most=10),
    ),
    foreign=True,
)
NODE_FORKS_TOTAL = Metric(
    "node_forks_total", Kind.COUNTER, "Total number of forks.", unit=Unit.COUNT, foreign=True
)
NODE_INTR_TOTAL = Metric(
    "node_intr_total",
    Kind.COUNTER,
    "Total number of interrupts serviced.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_LOAD1 = Metric("node_load1", Kind.GAUGE, "1m load average.", unit=Unit.COUNT, foreign=True)
NODE_LOAD15 = Metric("node_load15", Kind.GAUGE, "15m load average.", unit=Unit.COUNT, foreign=True)
NODE_LOAD5 = Metric("node_load5", Kind.GAUGE, "5m load average.", unit=Unit.COUNT, foreign=True)
NODE_MEMORY_ACTIVE_ANON_BYTES = Metric(
    "node_memory_Active_anon_bytes",
    Kind.GAUGE,
    "Memory information field Active_anon_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_ACTIVE_BYTES = Metric(
    "node_memory_Active_bytes",
    Kind.GAUGE,
    "Memory information field Active_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_ACTIVE_FILE_BYTES = Metric(
    "node_memory_Active_file_bytes",
    Kind.GAUGE,
    "Memory information field Active_file_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_ANON_HUGE_PAGES_BYTES = Metric(
    "node_memory_AnonHugePages_bytes",
    Kind.GAUGE,
    "Memory information field AnonHugePages_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_ANON_PAGES_BYTES = Metric(
    "node_memory_AnonPages_bytes",
    Kind.GAUGE,
    "Memory information field AnonPages_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_BALLOON_BYTES = Metric(
    "node_memory_Balloon_bytes",
    Kind.GAUGE,
    "Memory information field Balloon_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_BOUNCE_BYTES = Metric(
    "node_memory_Bounce_bytes",
    Kind.GAUGE,
    "Memory information field Bounce_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_BUFFERS_BYTES = Metric(
    "node_memory_Buffers_bytes",
    Kind.GAUGE,
    "Memory information field Buffers_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_CACHED_BYTES = Metric(
    "node_memory_Cached_bytes",
    Kind.GAUGE,
    "Memory information field Cached_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_COMMIT_LIMIT_BYTES = Metric(
    "node_memory_CommitLimit_bytes",
    Kind.GAUGE,
    "Memory information field CommitLimit_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_COMMITTED_AS_BYTES = Metric(
    "node_memory_Committed_AS_bytes",
    Kind.GAUGE,
    "Memory information field Committed_AS_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_DIRECT_MAP1_G_BYTES = Metric(
    "node_memory_DirectMap1G_bytes",
    Kind.GAUGE,
    "Memory information field DirectMap1G_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_DIRECT_MAP2_M_BYTES = Metric(
    "node_memory_DirectMap2M_bytes",
    Kind.GAUGE,
    "Memory information field DirectMap2M_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_DIRECT_MAP4K_BYTES = Metric(
    "node_memory_DirectMap4k_bytes",
    Kind.GAUGE,
    "Memory information field DirectMap4k_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_DIRTY_BYTES = Metric(
    "node_memory_Dirty_bytes",
    Kind.GAUGE,
    "Memory information field Dirty_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_FILE_HUGE_PAGES_BYTES = Metric(
    "node_memory_FileHugePages_bytes",
    Kind.GAUGE,
    "Memory information field FileHugePages_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_FILE_PMD_MAPPED_BYTES = Metric(
    "node_memory_FilePmdMapped_bytes",
    Kind.GAUGE,
    "Memory information field FilePmdMapped_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_HUGE_PAGES_FREE = Metric(
    "node_memory_HugePages_Free",
    Kind.GAUGE,
    "Memory information field HugePages_Free.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_MEMORY_HUGE_PAGES_RSVD = Metric(
    "node_memory_HugePages_Rsvd",
    Kind.GAUGE,
    "Memory information field HugePages_Rsvd.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_MEMORY_HUGE_PAGES_SURP = Metric(
    "node_memory_HugePages_Surp",
    Kind.GAUGE,
    "Memory information field HugePages_Surp.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_MEMORY_HUGE_PAGES_TOTAL = Metric(
    "node_memory_HugePages_Total",
    Kind.GAUGE,
    "Memory information field HugePages_Total.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_MEMORY_HUGEPAGESIZE_BYTES = Metric(
    "node_memory_Hugepagesize_bytes",
    Kind.GAUGE,
    "Memory information field Hugepagesize_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_HUGETLB_BYTES = Metric(
    "node_memory_Hugetlb_bytes",
    Kind.GAUGE,
    "Memory information field Hugetlb_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_INACTIVE_ANON_BYTES = Metric(
    "node_memory_Inactive_anon_bytes",
    Kind.GAUGE,
    "Memory information field Inactive_anon_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_INACTIVE_BYTES = Metric(
    "node_memory_Inactive_bytes",
    Kind.GAUGE,
    "Memory information field Inactive_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_INACTIVE_FILE_BYTES = Metric(
    "node_memory_Inactive_file_bytes",
    Kind.GAUGE,
    "Memory information field Inactive_file_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_KRECLAIMABLE_BYTES = Metric(
    "node_memory_KReclaimable_bytes",
    Kind.GAUGE,
    "Memory information field KReclaimable_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_KERNEL_STACK_BYTES = Metric(
    "node_memory_KernelStack_bytes",
    Kind.GAUGE,
    "Memory information field KernelStack_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_MAPPED_BYTES = Metric(
    "node_memory_Mapped_bytes",
    Kind.GAUGE,
    "Memory information field Mapped_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_MEM_AVAILABLE_BYTES = Metric(
    "node_memory_MemAvailable_bytes",
    Kind.GAUGE,
    "Memory information field MemAvailable_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_MEM_FREE_BYTES = Metric(
    "node_memory_MemFree_bytes",
    Kind.GAUGE,
    "Memory information field MemFree_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_MEM_TOTAL_BYTES = Metric(
    "node_memory_MemTotal_bytes",
    Kind.GAUGE,
    "Memory information field MemTotal_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_MLOCKED_BYTES = Metric(
    "node_memory_Mlocked_bytes",
    Kind.GAUGE,
    "Memory information field Mlocked_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_NFS_UNSTABLE_BYTES = Metric(
    "node_memory_NFS_Unstable_bytes",
    Kind.GAUGE,
    "Memory information field NFS_Unstable_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_PAGE_TABLES_BYTES = Metric(
    "node_memory_PageTables_bytes",
    Kind.GAUGE,
    "Memory information field PageTables_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_PERCPU_BYTES = Metric(
    "node_memory_Percpu_bytes",
    Kind.GAUGE,
    "Memory information field Percpu_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_SRECLAIMABLE_BYTES = Metric(
    "node_memory_SReclaimable_bytes",
    Kind.GAUGE,
    "Memory information field SReclaimable_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_SUNRECLAIM_BYTES = Metric(
    "node_memory_SUnreclaim_bytes",
    Kind.GAUGE,
    "Memory information field SUnreclaim_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_SEC_PAGE_TABLES_BYTES = Metric(
    "node_memory_SecPageTables_bytes",
    Kind.GAUGE,
    "Memory information field SecPageTables_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_SHMEM_HUGE_PAGES_BYTES = Metric(
    "node_memory_ShmemHugePages_bytes",
    Kind.GAUGE,
    "Memory information field ShmemHugePages_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_SHMEM_PMD_MAPPED_BYTES = Metric(
    "node_memory_ShmemPmdMapped_bytes",
    Kind.GAUGE,
    "Memory information field ShmemPmdMapped_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_SHMEM_BYTES = Metric(
    "node_memory_Shmem_bytes",
    Kind.GAUGE,
    "Memory information field Shmem_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_SLAB_BYTES = Metric(
    "node_memory_Slab_bytes",
    Kind.GAUGE,
    "Memory information field Slab_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_SWAP_CACHED_BYTES = Metric(
    "node_memory_SwapCached_bytes",
    Kind.GAUGE,
    "Memory information field SwapCached_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_SWAP_FREE_BYTES = Metric(
    "node_memory_SwapFree_bytes",
    Kind.GAUGE,
    "Memory information field SwapFree_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_SWAP_TOTAL_BYTES = Metric(
    "node_memory_SwapTotal_bytes",
    Kind.GAUGE,
    "Memory information field SwapTotal_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_UNEVICTABLE_BYTES = Metric(
    "node_memory_Unevictable_bytes",
    Kind.GAUGE,
    "Memory information field Unevictable_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_VMALLOC_CHUNK_BYTES = Metric(
    "node_memory_VmallocChunk_bytes",
    Kind.GAUGE,
    "Memory information field VmallocChunk_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_VMALLOC_TOTAL_BYTES = Metric(
    "node_memory_VmallocTotal_bytes",
    Kind.GAUGE,
    "Memory information field VmallocTotal_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_VMALLOC_USED_BYTES = Metric(
    "node_memory_VmallocUsed_bytes",
    Kind.GAUGE,
    "Memory information field VmallocUsed_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_WRITEBACK_TMP_BYTES = Metric(
    "node_memory_WritebackTmp_bytes",
    Kind.GAUGE,
    "Memory information field WritebackTmp_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_WRITEBACK_BYTES = Metric(
    "node_memory_Writeback_bytes",
    Kind.GAUGE,
    "Memory information field Writeback_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_ZSWAP_BYTES = Metric(
    "node_memory_Zswap_bytes",
    Kind.GAUGE,
    "Memory information field Zswap_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_MEMORY_ZSWAPPED_BYTES = Metric(
    "node_memory_Zswapped_bytes",
    Kind.GAUGE,
    "Memory information field Zswapped_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_NETSTAT_ICMP6_IN_ERRORS = Metric(
    "node_netstat_Icmp6_InErrors",
    Kind.UNKNOWN,
    "Statistic Icmp6InErrors.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_ICMP6_IN_MSGS = Metric(
    "node_netstat_Icmp6_InMsgs",
    Kind.UNKNOWN,
    "Statistic Icmp6InMsgs.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_ICMP6_OUT_MSGS = Metric(
    "node_netstat_Icmp6_OutMsgs",
    Kind.UNKNOWN,
    "Statistic Icmp6OutMsgs.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_ICMP_IN_ERRORS = Metric(
    "node_netstat_Icmp_InErrors",
    Kind.UNKNOWN,
    "Statistic IcmpInErrors.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_ICMP_IN_MSGS = Metric(
    "node_netstat_Icmp_InMsgs", Kind.UNKNOWN, "Statistic IcmpInMsgs.", unit=Unit.COUNT, foreign=True
)
NODE_NETSTAT_ICMP_OUT_MSGS = Metric(
    "node_netstat_Icmp_OutMsgs",
    Kind.UNKNOWN,
    "Statistic IcmpOutMsgs.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_IP6_IN_OCTETS = Metric(
    "node_netstat_Ip6_InOctets",
    Kind.UNKNOWN,
    "Statistic Ip6InOctets.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_IP6_OUT_OCTETS = Metric(
    "node_netstat_Ip6_OutOctets",
    Kind.UNKNOWN,
    "Statistic Ip6OutOctets.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_IP_EXT_IN_OCTETS = Metric(
    "node_netstat_IpExt_InOctets",
    Kind.UNKNOWN,
    "Statistic IpExtInOctets.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_IP_EXT_OUT_OCTETS = Metric(
    "node_netstat_IpExt_OutOctets",
    Kind.UNKNOWN,
    "Statistic IpExtOutOctets.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_IP_FORWARDING = Metric(
    "node_netstat_Ip_Forwarding",
    Kind.UNKNOWN,
    "Statistic IpForwarding.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_TCP_EXT_LISTEN_DROPS = Metric(
    "node_netstat_TcpExt_ListenDrops",
    Kind.UNKNOWN,
    "Statistic TcpExtListenDrops.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_TCP_EXT_LISTEN_OVERFLOWS = Metric(
    "node_netstat_TcpExt_ListenOverflows",
    Kind.UNKNOWN,
    "Statistic TcpExtListenOverflows.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_TCP_EXT_SYNCOOKIES_FAILED = Metric(
    "node_netstat_TcpExt_SyncookiesFailed",
    Kind.UNKNOWN,
    "Statistic TcpExtSyncookiesFailed.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_TCP_EXT_SYNCOOKIES_RECV = Metric(
    "node_netstat_TcpExt_SyncookiesRecv",
    Kind.UNKNOWN,
    "Statistic TcpExtSyncookiesRecv.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_TCP_EXT_SYNCOOKIES_SENT = Metric(
    "node_netstat_TcpExt_SyncookiesSent",
    Kind.UNKNOWN,
    "Statistic TcpExtSyncookiesSent.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_TCP_EXT_TCPSYN_RETRANS = Metric(
    "node_netstat_TcpExt_TCPSynRetrans",
    Kind.UNKNOWN,
    "Statistic TcpExtTCPSynRetrans.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_TCP_EXT_TCPTIMEOUTS = Metric(
    "node_netstat_TcpExt_TCPTimeouts",
    Kind.UNKNOWN,
    "Statistic TcpExtTCPTimeouts.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_TCP_ACTIVE_OPENS = Metric(
    "node_netstat_Tcp_ActiveOpens",
    Kind.UNKNOWN,
    "Statistic TcpActiveOpens.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_TCP_CURR_ESTAB = Metric(
    "node_netstat_Tcp_CurrEstab",
    Kind.UNKNOWN,
    "Statistic TcpCurrEstab.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_TCP_IN_ERRS = Metric(
    "node_netstat_Tcp_InErrs", Kind.UNKNOWN, "Statistic TcpInErrs.", unit=Unit.COUNT, foreign=True
)
NODE_NETSTAT_TCP_IN_SEGS = Metric(
    "node_netstat_Tcp_InSegs", Kind.UNKNOWN, "Statistic TcpInSegs.", unit=Unit.COUNT, foreign=True
)
NODE_NETSTAT_TCP_OUT_RSTS = Metric(
    "node_netstat_Tcp_OutRsts", Kind.UNKNOWN, "Statistic TcpOutRsts.", unit=Unit.COUNT, foreign=True
)
NODE_NETSTAT_TCP_OUT_SEGS = Metric(
    "node_netstat_Tcp_OutSegs", Kind.UNKNOWN, "Statistic TcpOutSegs.", unit=Unit.COUNT, foreign=True
)
NODE_NETSTAT_TCP_PASSIVE_OPENS = Metric(
    "node_netstat_Tcp_PassiveOpens",
    Kind.UNKNOWN,
    "Statistic TcpPassiveOpens.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_TCP_RETRANS_SEGS = Metric(
    "node_netstat_Tcp_RetransSegs",
    Kind.UNKNOWN,
    "Statistic TcpRetransSegs.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_UDP6_IN_DATAGRAMS = Metric(
    "node_netstat_Udp6_InDatagrams",
    Kind.UNKNOWN,
    "Statistic Udp6InDatagrams.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_UDP6_IN_ERRORS = Metric(
    "node_netstat_Udp6_InErrors",
    Kind.UNKNOWN,
    "Statistic Udp6InErrors.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_UDP6_NO_PORTS = Metric(
    "node_netstat_Udp6_NoPorts",
    Kind.UNKNOWN,
    "Statistic Udp6NoPorts.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_UDP6_OUT_DATAGRAMS = Metric(
    "node_netstat_Udp6_OutDatagrams",
    Kind.UNKNOWN,
    "Statistic Udp6OutDatagrams.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_UDP6_RCVBUF_ERRORS = Metric(
    "node_netstat_Udp6_RcvbufErrors",
    Kind.UNKNOWN,
    "Statistic Udp6RcvbufErrors.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_UDP6_SNDBUF_ERRORS = Metric(
    "node_netstat_Udp6_SndbufErrors",
    Kind.UNKNOWN,
    "Statistic Udp6SndbufErrors.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_UDP_LITE6_IN_ERRORS = Metric(
    "node_netstat_UdpLite6_InErrors",
    Kind.UNKNOWN,
    "Statistic UdpLite6InErrors.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_UDP_LITE_IN_ERRORS = Metric(
    "node_netstat_UdpLite_InErrors",
    Kind.UNKNOWN,
    "Statistic UdpLiteInErrors.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_UDP_IN_DATAGRAMS = Metric(
    "node_netstat_Udp_InDatagrams",
    Kind.UNKNOWN,
    "Statistic UdpInDatagrams.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_UDP_IN_ERRORS = Metric(
    "node_netstat_Udp_InErrors",
    Kind.UNKNOWN,
    "Statistic UdpInErrors.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_UDP_NO_PORTS = Metric(
    "node_netstat_Udp_NoPorts", Kind.UNKNOWN, "Statistic UdpNoPorts.", unit=Unit.COUNT, foreign=True
)
NODE_NETSTAT_UDP_OUT_DATAGRAMS = Metric(
    "node_netstat_Udp_OutDatagrams",
    Kind.UNKNOWN,
    "Statistic UdpOutDatagrams.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_UDP_RCVBUF_ERRORS = Metric(
    "node_netstat_Udp_RcvbufErrors",
    Kind.UNKNOWN,
    "Statistic UdpRcvbufErrors.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETSTAT_UDP_SNDBUF_ERRORS = Metric(
    "node_netstat_Udp_SndbufErrors",
    Kind.UNKNOWN,
    "Statistic UdpSndbufErrors.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NETWORK_ADDRESS_ASSIGN_TYPE = Metric(
    "node_network_address_assign_type",
    Kind.GAUGE,
    "Network device property: address_assign_type",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_CARRIER = Metric(
    "node_network_carrier",
    Kind.GAUGE,
    "Network device property: carrier",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_CARRIER_CHANGES_TOTAL = Metric(
    "node_network_carrier_changes_total",
    Kind.COUNTER,
    "Network device property: carrier_changes_total",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_CARRIER_DOWN_CHANGES_TOTAL = Metric(
    "node_network_carrier_down_changes_total",
    Kind.COUNTER,
    "Network device property: carrier_down_changes_total",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_CARRIER_UP_CHANGES_TOTAL = Metric(
    "node_network_carrier_up_changes_total",
    Kind.COUNTER,
    "Network device property: carrier_up_changes_total",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_DEVICE_ID = Metric(
    "node_network_device_id",
    Kind.GAUGE,
    "Network device property: device_id",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_DORMANT = Metric(
    "node_network_dormant",
    Kind.GAUGE,
    "Network device property: dormant",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_FLAGS = Metric(
    "node_network_flags",
    Kind.GAUGE,
    "Network device property: flags",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_IFACE_ID = Metric(
    "node_network_iface_id",
    Kind.GAUGE,
    "Network device property: iface_id",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_IFACE_LINK = Metric(
    "node_network_iface_link",
    Kind.GAUGE,
    "Network device property: iface_link",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_IFACE_LINK_MODE = Metric(
    "node_network_iface_link_mode",
    Kind.GAUGE,
    "Network device property: iface_link_mode",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_INFO = Metric(
    "node_network_info",
    Kind.INFO,
    "Non-numeric data from /sys/class/net/<iface>, value is always 1.",
    unit=Unit.STATE,
    labels=(
        Label("address", at_most=10),
        Label("broadcast", at_most=10),
        Label("device", at_most=10),
        Label("duplex", at_most=10),
        Label("ifalias", at_most=10),
        Label("operstate", at_most=10),
    ),
    foreign=True,
)
NODE_NETWORK_MTU_BYTES = Metric(
    "node_network_mtu_bytes",
    Kind.GAUGE,
    "Network device property: mtu_bytes",
    unit=Unit.BYTES,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_NAME_ASSIGN_TYPE = Metric(
    "node_network_name_assign_type",
    Kind.GAUGE,
    "Network device property: name_assign_type",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_NET_DEV_GROUP = Metric(
    "node_network_net_dev_group",
    Kind.GAUGE,
    "Network device property: net_dev_group",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_PROTOCOL_TYPE = Metric(
    "node_network_protocol_type",
    Kind.GAUGE,
    "Network device property: protocol_type",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_RECEIVE_BYTES_TOTAL = Metric(
    "node_network_receive_bytes_total",
    Kind.COUNTER,
    "Network device statistic receive_bytes.",
    unit=Unit.BYTES,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_RECEIVE_COMPRESSED_TOTAL = Metric(
    "node_network_receive_compressed_total",
    Kind.COUNTER,
    "Network device statistic receive_compressed.",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_RECEIVE_DROP_TOTAL = Metric(
    "node_network_receive_drop_total",
    Kind.COUNTER,
    "Network device statistic receive_drop.",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_RECEIVE_ERRS_TOTAL = Metric(
    "node_network_receive_errs_total",
    Kind.COUNTER,
    "Network device statistic receive_errs.",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_RECEIVE_FIFO_TOTAL = Metric(
    "node_network_receive_fifo_total",
    Kind.COUNTER,
    "Network device statistic receive_fifo.",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_RECEIVE_FRAME_TOTAL = Metric(
    "node_network_receive_frame_total",
    Kind.COUNTER,
    "Network device statistic receive_frame.",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_RECEIVE_MULTICAST_TOTAL = Metric(
    "node_network_receive_multicast_total",
    Kind.COUNTER,
    "Network device statistic receive_multicast.",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_RECEIVE_NOHANDLER_TOTAL = Metric(
    "node_network_receive_nohandler_total",
    Kind.COUNTER,
    "Network device statistic receive_nohandler.",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_RECEIVE_PACKETS_TOTAL = Metric(
    "node_network_receive_packets_total",
    Kind.COUNTER,
    "Network device statistic receive_packets.",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_SPEED_BYTES = Metric(
    "node_network_speed_bytes",
    Kind.GAUGE,
    "Network device property: speed_bytes",
    unit=Unit.BYTES,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_TRANSMIT_BYTES_TOTAL = Metric(
    "node_network_transmit_bytes_total",
    Kind.COUNTER,
    "Network device statistic transmit_bytes.",
    unit=Unit.BYTES,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_TRANSMIT_CARRIER_TOTAL = Metric(
    "node_network_transmit_carrier_total",
    Kind.COUNTER,
    "Network device statistic transmit_carrier.",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_TRANSMIT_COLLS_TOTAL = Metric(
    "node_network_transmit_colls_total",
    Kind.COUNTER,
    "Network device statistic transmit_colls.",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_TRANSMIT_COMPRESSED_TOTAL = Metric(
    "node_network_transmit_compressed_total",
    Kind.COUNTER,
    "Network device statistic transmit_compressed.",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_TRANSMIT_DROP_TOTAL = Metric(
    "node_network_transmit_drop_total",
    Kind.COUNTER,
    "Network device statistic transmit_drop.",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_TRANSMIT_ERRS_TOTAL = Metric(
    "node_network_transmit_errs_total",
    Kind.COUNTER,
    "Network device statistic transmit_errs.",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_TRANSMIT_FIFO_TOTAL = Metric(
    "node_network_transmit_fifo_total",
    Kind.COUNTER,
    "Network device statistic transmit_fifo.",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_TRANSMIT_PACKETS_TOTAL = Metric(
    "node_network_transmit_packets_total",
    Kind.COUNTER,
    "Network device statistic transmit_packets.",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_TRANSMIT_QUEUE_LENGTH = Metric(
    "node_network_transmit_queue_length",
    Kind.GAUGE,
    "Network device property: transmit_queue_length",
    unit=Unit.COUNT,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NETWORK_UP = Metric(
    "node_network_up",
    Kind.GAUGE,
    "Value is 1 if operstate is 'up', 0 otherwise.",
    unit=Unit.STATE,
    labels=(Label("device", at_most=10),),
    foreign=True,
)
NODE_NF_CONNTRACK_ENTRIES = Metric(
    "node_nf_conntrack_entries",
    Kind.GAUGE,
    "Number of currently allocated flow entries for connection tracking.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NF_CONNTRACK_ENTRIES_LIMIT = Metric(
    "node_nf_conntrack_entries_limit",
    Kind.GAUGE,
    "Maximum size of connection tracking table.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NF_CONNTRACK_STAT_DROP = Metric(
    "node_nf_conntrack_stat_drop",
    Kind.GAUGE,
    "Number of packets dropped due to conntrack failure.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NF_CONNTRACK_STAT_EARLY_DROP = Metric(
    "node_nf_conntrack_stat_early_drop",
    Kind.GAUGE,
    "Number of dropped conntrack entries to make room for new ones, if maximum "
    "table size was reached.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NF_CONNTRACK_STAT_FOUND = Metric(
    "node_nf_conntrack_stat_found",
    Kind.GAUGE,
    "Number of searched entries which were successful.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NF_CONNTRACK_STAT_IGNORE = Metric(
    "node_nf_conntrack_stat_ignore",
    Kind.GAUGE,
    "Number of packets seen which are already connected to a conntrack entry.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NF_CONNTRACK_STAT_INSERT = Metric(
    "node_nf_conntrack_stat_insert",
    Kind.GAUGE,
    "Number of entries inserted into the list.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NF_CONNTRACK_STAT_INSERT_FAILED = Metric(
    "node_nf_conntrack_stat_insert_failed",
    Kind.GAUGE,
    "Number of entries for which list insertion was attempted but failed.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NF_CONNTRACK_STAT_INVALID = Metric(
    "node_nf_conntrack_stat_invalid",
    Kind.GAUGE,
    "Number of packets seen which can not be tracked.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_NF_CONNTRACK_STAT_SEARCH_RESTART = Metric(
    "node_nf_conntrack_stat_search_restart",
    Kind.GAUGE,
    "Number of conntrack table lookups which had to be restarted due to hashtable resizes.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_OS_INFO = Metric(
    "node_os_info",
    Kind.INFO,
    "A metric with a constant '1' value labeled by build_id, id, id_like, "
    "image_id, image_version, name, pretty_name, variant, variant_id, version, "
    "version_codename, version_id.",
    unit=Unit.STATE,
    labels=(
        Label("build_id", at_most=10),
        Label("id", at_most=10),
        Label("id_like", at_most=10),
        Label("image_id", at_most=10),
        Label("image_version", at_most=10),
        Label("name", at_most=10),
        Label("pretty_name", at_most=10),
        Label("variant", at_most=10),
        Label("variant_id", at_most=10),
        Label("version", at_most=10),
        Label("version_codename", at_most=10),
        Label("version_id", at_most=10),
    ),
    foreign=True,
)
NODE_OS_VERSION = Metric(
    "node_os_version",
    Kind.GAUGE,
    "Metric containing the major.minor part of the OS version.",
    unit=Unit.COUNT,
    labels=(Label("id", at_most=10), Label("id_like", at_most=10), Label("name", at_most=10)),
    foreign=True,
)
NODE_PRESSURE_CPU_WAITING_SECONDS_TOTAL = Metric(
    "node_pressure_cpu_waiting_seconds_total",
    Kind.COUNTER,
    "Total time in seconds that processes have waited for CPU time",
    unit=Unit.SECONDS,
    foreign=True,
)
NODE_PRESSURE_IO_STALLED_SECONDS_TOTAL = Metric(
    "node_pressure_io_stalled_seconds_total",
    Kind.COUNTER,
    "Total time in seconds no process could make progress due to IO congestion",
    unit=Unit.SECONDS,
    foreign=True,
)
NODE_PRESSURE_IO_WAITING_SECONDS_TOTAL = Metric(
    "node_pressure_io_waiting_seconds_total",
    Kind.COUNTER,
    "Total time in seconds that processes have waited due to IO congestion",
    unit=Unit.SECONDS,
    foreign=True,
)
NODE_PRESSURE_MEMORY_STALLED_SECONDS_TOTAL = Metric(
    "node_pressure_memory_stalled_seconds_total",
    Kind.COUNTER,
    "Total time in seconds no process could make progress due to memory congestion",
    unit=Unit.SECONDS,
    foreign=True,
)
NODE_PRESSURE_MEMORY_WAITING_SECONDS_TOTAL = Metric(
    "node_pressure_memory_waiting_seconds_total",
    Kind.COUNTER,
    "Total time in seconds that processes have waited for memory",
    unit=Unit.SECONDS,
    foreign=True,
)
NODE_PROCS_BLOCKED = Metric(
    "node_procs_blocked",
    Kind.GAUGE,
    "Number of processes blocked waiting for I/O to complete.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_PROCS_RUNNING = Metric(
    "node_procs_running",
    Kind.GAUGE,
    "Number of processes in runnable state.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_SCRAPE_COLLECTOR_DURATION_SECONDS = Metric(
    "node_scrape_collector_duration_seconds",
    Kind.GAUGE,
    "node_exporter: Duration of a collector scrape.",
    unit=Unit.SECONDS,
    labels=(Label("collector", at_most=200),),
    foreign=True,
)
NODE_SCRAPE_COLLECTOR_SUCCESS = Metric(
    "node_scrape_collector_success",
    Kind.GAUGE,
    "node_exporter: Whether a collector succeeded.",
    unit=Unit.STATE,
    labels=(Label("collector", at_most=200),),
    foreign=True,
)
NODE_SELINUX_ENABLED = Metric(
    "node_selinux_enabled",
    Kind.GAUGE,
    "SELinux is enabled, 1 is true, 0 is false",
    unit=Unit.STATE,
    foreign=True,
)
NODE_SOCKSTAT_FRAG6_INUSE = Metric(
    "node_sockstat_FRAG6_inuse",
    Kind.GAUGE,
    "Number of FRAG6 sockets in state inuse.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_SOCKSTAT_FRAG6_MEMORY = Metric(
    "node_sockstat_FRAG6_memory",
    Kind.GAUGE,
    "Number of FRAG6 sockets in state memory.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_SOCKSTAT_FRAG_INUSE = Metric(
    "node_sockstat_FRAG_inuse",
    Kind.GAUGE,
    "Number of FRAG sockets in state inuse.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_SOCKSTAT_FRAG_MEMORY = Metric(
    "node_sockstat_FRAG_memory",
    Kind.GAUGE,
    "Number of FRAG sockets in state memory.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_SOCKSTAT_RAW6_INUSE = Metric(
    "node_sockstat_RAW6_inuse",
    Kind.GAUGE,
    "Number of RAW6 sockets in state inuse.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_SOCKSTAT_RAW_INUSE = Metric(
    "node_sockstat_RAW_inuse",
    Kind.GAUGE,
    "Number of RAW sockets in state inuse.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_SOCKSTAT_TCP6_INUSE = Metric(
    "node_sockstat_TCP6_inuse",
    Kind.GAUGE,
    "Number of TCP6 sockets in state inuse.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_SOCKSTAT_TCP_ALLOC = Metric(
    "node_sockstat_TCP_alloc",
    Kind.GAUGE,
    "Number of TCP sockets in state alloc.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_SOCKSTAT_TCP_INUSE = Metric(
    "node_sockstat_TCP_inuse",
    Kind.GAUGE,
    "Number of TCP sockets in state inuse.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_SOCKSTAT_TCP_MEM = Metric(
    "node_sockstat_TCP_mem",
    Kind.GAUGE,
    "Number of TCP sockets in state mem.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_SOCKSTAT_TCP_MEM_BYTES = Metric(
    "node_sockstat_TCP_mem_bytes",
    Kind.GAUGE,
    "Number of TCP sockets in state mem_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_SOCKSTAT_TCP_ORPHAN = Metric(
    "node_sockstat_TCP_orphan",
    Kind.GAUGE,
    "Number of TCP sockets in state orphan.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_SOCKSTAT_TCP_TW = Metric(
    "node_sockstat_TCP_tw",
    Kind.GAUGE,
    "Number of TCP sockets in state tw.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_SOCKSTAT_UDP6_INUSE = Metric(
    "node_sockstat_UDP6_inuse",
    Kind.GAUGE,
    "Number of UDP6 sockets in state inuse.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_SOCKSTAT_UDPLITE6_INUSE = Metric(
    "node_sockstat_UDPLITE6_inuse",
    Kind.GAUGE,
    "Number of UDPLITE6 sockets in state inuse.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_SOCKSTAT_UDPLITE_INUSE = Metric(
    "node_sockstat_UDPLITE_inuse",
    Kind.GAUGE,
    "Number of UDPLITE sockets in state inuse.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_SOCKSTAT_UDP_INUSE = Metric(
    "node_sockstat_UDP_inuse",
    Kind.GAUGE,
    "Number of UDP sockets in state inuse.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_SOCKSTAT_UDP_MEM = Metric(
    "node_sockstat_UDP_mem",
    Kind.GAUGE,
    "Number of UDP sockets in state mem.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_SOCKSTAT_UDP_MEM_BYTES = Metric(
    "node_sockstat_UDP_mem_bytes",
    Kind.GAUGE,
    "Number of UDP sockets in state mem_bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
NODE_SOCKSTAT_SOCKETS_USED = Metric(
    "node_sockstat_sockets_used",
    Kind.GAUGE,
    "Number of IPv4 sockets in use.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_SOFTNET_DROPPED_TOTAL = Metric(
    "node_softnet_dropped_total",
    Kind.COUNTER,
    "Number of dropped packets",
    unit=Unit.COUNT,
    labels=(Label("cpu", at_most=10),),
    foreign=True,
)
NODE_SOFTNET_PROCESSED_TOTAL = Metric(
    "node_softnet_processed_total",
    Kind.COUNTER,
    "Number of processed packets",
    unit=Unit.COUNT,
    labels=(Label("cpu", at_most=10),),
    foreign=True,
)
NODE_SOFTNET_TIMES_SQUEEZED_TOTAL = Metric(
    "node_softnet_times_squeezed_total",
    Kind.COUNTER,
    "Number of times processing packets ran out of quota",
    unit=Unit.COUNT,
    labels=(Label("cpu", at_most=10),),
    foreign=True,
)
NODE_TEXTFILE_SCRAPE_ERROR = Metric(
    "node_textfile_scrape_error",
    Kind.GAUGE,
    "1 if there was an error opening or reading a file, 0 otherwise",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_TIME_CLOCKSOURCE_AVAILABLE_INFO = Metric(
    "node_time_clocksource_available_info",
    Kind.INFO,
    "Available clocksources read from '/sys/devices/system/clocksource'.",
    unit=Unit.STATE,
    labels=(Label("clocksource", at_most=10), Label("device", at_most=10)),
    foreign=True,
)
NODE_TIME_CLOCKSOURCE_CURRENT_INFO = Metric(
    "node_time_clocksource_current_info",
    Kind.INFO,
    "Current clocksource read from '/sys/devices/system/clocksource'.",
    unit=Unit.STATE,
    labels=(Label("clocksource", at_most=10), Label("device", at_most=10)),
    foreign=True,
)
NODE_TIME_SECONDS = Metric(
    "node_time_seconds",
    Kind.GAUGE,
    "System time in seconds since epoch (1970).",
    unit=Unit.SECONDS,
    foreign=True,
)
NODE_TIME_ZONE_OFFSET_SECONDS = Metric(
    "node_time_zone_offset_seconds",
    Kind.GAUGE,
    "System time zone offset in seconds.",
    unit=Unit.SECONDS,
    labels=(Label("time_zone", at_most=10),),
    foreign=True,
)
NODE_TIMEX_ESTIMATED_ERROR_SECONDS = Metric(
    "node_timex_estimated_error_seconds",
    Kind.GAUGE,
    "Estimated error in seconds.",
    unit=Unit.SECONDS,
    foreign=True,
)
NODE_TIMEX_FREQUENCY_ADJUSTMENT_RATIO = Metric(
    "node_timex_frequency_adjustment_ratio",
    Kind.GAUGE,
    "Local clock frequency adjustment.",
    unit=Unit.RATIO,
    foreign=True,
)
NODE_TIMEX_LOOP_TIME_CONSTANT = Metric(
    "node_timex_loop_time_constant",
    Kind.GAUGE,
    "Phase-locked loop time constant.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_TIMEX_MAXERROR_SECONDS = Metric(
    "node_timex_maxerror_seconds",
    Kind.GAUGE,
    "Maximum error in seconds.",
    unit=Unit.SECONDS,
    foreign=True,
)
NODE_TIMEX_OFFSET_SECONDS = Metric(
    "node_timex_offset_seconds",
    Kind.GAUGE,
    "Time offset in between local system and reference clock.",
    unit=Unit.SECONDS,
    foreign=True,
)
NODE_TIMEX_PPS_CALIBRATION_TOTAL = Metric(
    "node_timex_pps_calibration_total",
    Kind.COUNTER,
    "Pulse per second count of calibration intervals.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_TIMEX_PPS_ERROR_TOTAL = Metric(
    "node_timex_pps_error_total",
    Kind.COUNTER,
    "Pulse per second count of calibration errors.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_TIMEX_PPS_FREQUENCY_HERTZ = Metric(
    "node_timex_pps_frequency_hertz",
    Kind.GAUGE,
    "Pulse per second frequency.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_TIMEX_PPS_JITTER_SECONDS = Metric(
    "node_timex_pps_jitter_seconds",
    Kind.GAUGE,
    "Pulse per second jitter.",
    unit=Unit.SECONDS,
    foreign=True,
)
NODE_TIMEX_PPS_JITTER_TOTAL = Metric(
    "node_timex_pps_jitter_total",
    Kind.COUNTER,
    "Pulse per second count of jitter limit exceeded events.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_TIMEX_PPS_SHIFT_SECONDS = Metric(
    "node_timex_pps_shift_seconds",
    Kind.GAUGE,
    "Pulse per second interval duration.",
    unit=Unit.SECONDS,
    foreign=True,
)
NODE_TIMEX_PPS_STABILITY_EXCEEDED_TOTAL = Metric(
    "node_timex_pps_stability_exceeded_total",
    Kind.COUNTER,
    "Pulse per second count of stability limit exceeded events.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_TIMEX_PPS_STABILITY_HERTZ = Metric(
    "node_timex_pps_stability_hertz",
    Kind.GAUGE,
    "Pulse per second stability, average of recent frequency changes.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_TIMEX_STATUS = Metric(
    "node_timex_status",
    Kind.GAUGE,
    "Value of the status array bits.",
    unit=Unit.STATE,
    foreign=True,
)
NODE_TIMEX_SYNC_STATUS = Metric(
    "node_timex_sync_status",
    Kind.GAUGE,
    "Is clock synchronized to a reliable server (1 = yes, 0 = no).",
    unit=Unit.STATE,
    foreign=True,
)
NODE_TIMEX_TAI_OFFSET_SECONDS = Metric(
    "node_timex_tai_offset_seconds",
    Kind.GAUGE,
    "International Atomic Time (TAI) offset.",
    unit=Unit.SECONDS,
    foreign=True,
)
NODE_TIMEX_TICK_SECONDS = Metric(
    "node_timex_tick_seconds",
    Kind.GAUGE,
    "Seconds between clock ticks.",
    unit=Unit.SECONDS,
    foreign=True,
)
NODE_UDP_QUEUES = Metric(
    "node_udp_queues",
    Kind.GAUGE,
    "Number of allocated memory in the kernel for UDP datagrams in bytes.",
    unit=Unit.COUNT,
    labels=(Label("ip", at_most=10), Label("queue", at_most=10)),
    foreign=True,
)
NODE_UNAME_INFO = Metric(
    "node_uname_info",
    Kind.INFO,
    "Labeled system information as provided by the uname system call.",
    unit=Unit.STATE,
    labels=(
        Label("domainname", at_most=10),
        Label("machine", at_most=10),
        Label("nodename", at_most=10),
        Label("release", at_most=10),
        Label("sysname", at_most=10),
        Label("version", at_most=10),
    ),
    foreign=True,
)
NODE_VMSTAT_OOM_KILL = Metric(
    "node_vmstat_oom_kill",
    Kind.UNKNOWN,
    "/proc/vmstat information field oom_kill.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_VMSTAT_PGFAULT = Metric(
    "node_vmstat_pgfault",
    Kind.UNKNOWN,
    "/proc/vmstat information field pgfault.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_VMSTAT_PGMAJFAULT = Metric(
    "node_vmstat_pgmajfault",
    Kind.UNKNOWN,
    "/proc/vmstat information field pgmajfault.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_VMSTAT_PGPGIN = Metric(
    "node_vmstat_pgpgin",
    Kind.UNKNOWN,
    "/proc/vmstat information field pgpgin.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_VMSTAT_PGPGOUT = Metric(
    "node_vmstat_pgpgout",
    Kind.UNKNOWN,
    "/proc/vmstat information field pgpgout.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_VMSTAT_PSWPIN = Metric(
    "node_vmstat_pswpin",
    Kind.UNKNOWN,
    "/proc/vmstat information field pswpin.",
    unit=Unit.COUNT,
    foreign=True,
)
NODE_VMSTAT_PSWPOUT = Metric(
    "node_vmstat_pswpout",
    Kind.UNKNOWN,
    "/proc/vmstat information field pswpout.",
    unit=Unit.COUNT,
    foreign=True,
)
CATALOGUE = Catalogue(
    (
        *Catalogue.of(globals()).metrics,
        *go_client.RUNTIME.metrics,
        go_client.PROMHTTP_METRIC_HANDLER_ERRORS_TOTAL,
        go_client.PROMHTTP_METRIC_HANDLER_REQUESTS_IN_FLIGHT,
        go_client.PROMHTTP_METRIC_HANDLER_REQUESTS_TOTAL,
    )
)
