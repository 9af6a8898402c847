using Loupe.Engine.Families.Pictures;

namespace Loupe.Engine.Tests.Families.Pictures;

public sealed class PixelNormalizerTests
{
    [Fact]
    public void Interleaved_bytes_become_normalized_planes()
    {
        var normalizer = new PixelNormalizer([0, 0.5f, 1], [1, 0.5f, 2]);
        var planes = new float[12];

        normalizer.Normalize([0, 0, 0, 255, 255, 255, 51, 102, 204, 255, 0, 255], planes);

        float[] expected = [0, 1, 0.2f, 1, -1, 1, -0.2f, -1, -0.5f, 0, -0.1f, 0];
        for (var i = 0; i < planes.Length; i++)
        {
            Assert.Equal(expected[i], planes[i], 1e-6f);
        }
    }
}
