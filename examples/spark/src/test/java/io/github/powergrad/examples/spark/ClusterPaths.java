package io.github.powergrad.examples.spark;

import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** A local folder, also to be had under a path such as {@code hdfs://host/path}, by Hadoop's ViewFileSystem. */
final class ClusterPaths {

    private static final String MOUNTED = "/images";

    private final Configuration configuration = new Configuration();
    private final org.apache.hadoop.fs.Path local;

    ClusterPaths(Path folder) {
        local = new org.apache.hadoop.fs.Path(folder.toString());
        configuration.set("fs.viewfs.mounttable.cluster.link." + MOUNTED, folder.toUri().toString());
        // Else the one of the test before is used, with its folder.
        configuration.setBoolean("fs.viewfs.impl.disable.cache", true);
    }

    Configuration configuration() {
        return configuration;
    }

    org.apache.hadoop.fs.Path local() {
        return local;
    }

    org.apache.hadoop.fs.Path onCluster() {
        return new org.apache.hadoop.fs.Path("viewfs://cluster" + MOUNTED);
    }

    List<org.apache.hadoop.fs.Path> both() {
        return List.of(local(), onCluster());
    }
}
