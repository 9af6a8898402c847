namespace Loupe.Silo.Tests.Processes;

public sealed class SparseFeed
{
    [Fact(Skip = "Redis is the cluster's, which this package feed lacks; the full feed runs RedisClusterTests, and RoleTests for the rest of the cluster.")]
    public void Clusters_that_meet_in_a_redis_need_the_full_feed()
    {
    }
}
