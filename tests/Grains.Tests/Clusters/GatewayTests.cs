using Loupe.Engine.Generations;
using Loupe.Grains.Load;
using Microsoft.Extensions.DependencyInjection;

namespace Loupe.Grains.Tests.Clusters;

public sealed class GatewayTests
{
    [Fact]
    public async Task A_process_with_the_gateway_alone_has_no_engine_and_answers_through_the_others()
    {
        await using var cluster = await ToyCluster.StartAsync(
            silos: 3, roles: name => name.EndsWith('0') ? ["gateway"] : ["encode", "decode"]);
        var gateway = cluster.Silos.Single(silo => silo.Name.EndsWith('0'));
        var loupe = cluster.Localizer(gateway);
        for (var i = 0; i < 8; i++)
        {
            byte[] picture = [3, (byte)i];
            var image = await loupe.UploadAsync(picture);
            var answer = await loupe.AskAsync(image, "what?");
            Assert.Equal(Asking.Expected(picture, "what?"), answer.Text);
            Assert.Equal(answer.Text, (await loupe.RecallAsync(ToyCluster.Tenant, answer.Id, default))!.Text);
            Assert.Equal(FeatureState.Warm, (await loupe.DescribeImageAsync(new ImageKey(ToyCluster.Tenant, image), default))!.Features);
        }

        var services = cluster.Services(gateway);
        Assert.Null(services.GetService<GenerationHost>());
        var seen = cluster.Get<IClusterView>(gateway).Describe().Silos.Single(silo => silo.Name == gateway.Name);
        Assert.Equal(["gateway"], seen.Roles);
        Assert.Equal((SiloState.Active, 0), (seen.State, seen.FeatureBytesAllowed));
        Assert.Equal(8, cluster.Encodes);
    }

    [Fact]
    public async Task A_gateway_is_ready_while_others_encode_and_decode()
    {
        await using var cluster = await ToyCluster.StartAsync(
            silos: 2, roles: name => name.EndsWith('0') ? ["gateway"] : ["encode", "decode"]);
        var (gateway, engine) = (
            cluster.Silos.Single(silo => silo.Name.EndsWith('0')), cluster.Silos.Single(silo => !silo.Name.EndsWith('0')));
        var view = cluster.Get<IClusterView>(gateway);
        Assert.Null(view.NotReadyBecause);

        var board = cluster.Get<LoadBoard>(gateway);
        board.Post(
            engine.SiloAddress, board.Find(engine.SiloAddress)!.Value.Load with { State = SiloState.Draining, Sequence = long.MaxValue });
        Assert.Equal("no silo with the role encode is ready", view.NotReadyBecause);

        var image = await cluster.Localizer(gateway).UploadAsync();
        var refused = await Assert.ThrowsAsync<LocalizerException>(() => cluster.Localizer(gateway).AskAsync(image, "what?"));
        Assert.Equal(ProblemKind.Unavailable, refused.Problem.Kind);
        Assert.NotNull(refused.Problem.RetryAfter);
    }
}
