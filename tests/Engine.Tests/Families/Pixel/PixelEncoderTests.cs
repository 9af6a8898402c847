using Loupe.Engine.Models;

namespace Loupe.Engine.Tests.Families.Pixel;

public sealed class PixelEncoderTests(ModelFixture fixture) : IClassFixture<ModelFixture>
{
    private readonly IEncoder _encoder = fixture.Model.Encoder;

    [Fact]
    public void A_picture_keeps_its_own_size()
    {
        using var picture = _encoder.Prepare(new Loupe.Imaging.Raster(50, 20, new byte[50 * 20 * 3]).Encode());

        Assert.Equal(new ImageSize(50, 20), picture.Size);
    }

    [Fact]
    public void A_returned_buffer_does_not_change_the_next_picture()
    {
        var scene = ModelFixture.Scene(3);
        using var first = _encoder.Prepare(scene);
        using var expected = _encoder.Encode([first])[0];
        _encoder.Prepare(ModelFixture.Scene(4)).Dispose();

        using var again = _encoder.Prepare(scene);
        using var actual = _encoder.Encode([again])[0];

        ModelFixture.AssertSameBits(expected, actual);
    }

    [Fact]
    public void Features_survive_leaving_the_device()
    {
        using var features = fixture.Features(1, out _);
        var blob = features.ToBlob();

        using var back = _encoder.Import(blob);

        ModelFixture.AssertSameBits(features, back);
        Assert.Equal(features.Bytes, back.Bytes);
        Assert.Equal(blob.Data.Length, features.Bytes);
    }

    [Fact]
    public void Features_of_another_model_are_refused()
    {
        using var features = fixture.Features(1, out _);
        var blob = features.ToBlob();

        Assert.Throws<InvalidDataException>(() => _encoder.Import(blob with { Data = blob.Data[1..] }));
        Assert.Throws<InvalidDataException>(() => _encoder.Import(blob with { Shape = [.. blob.Shape.Reverse()] }));
        var other = blob.Type == TensorType.Float16 ? TensorType.Float32 : TensorType.Float16;
        Assert.Throws<InvalidDataException>(() => _encoder.Import(blob with { Type = other }));
    }

    [Fact]
    public void What_is_not_a_whole_picture_is_unprocessable()
    {
        var scene = ModelFixture.Scene(1);

        Assert.All([[], "no picture"u8.ToArray(), scene[..(scene.Length / 2)]], (byte[] file) =>
            Assert.Equal(ProblemKind.Unprocessable, Assert.Throws<LocalizerException>(() => _encoder.Prepare(file)).Problem.Kind));
    }

    [Fact]
    public void A_batch_has_one_to_the_most_pictures()
    {
        using var picture = _encoder.Prepare(ModelFixture.Scene(1));

        Assert.Throws<ArgumentOutOfRangeException>(() => _encoder.Encode([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => _encoder.Encode([.. Enumerable.Repeat(picture, _encoder.MaxBatch + 1)]));
    }
}
