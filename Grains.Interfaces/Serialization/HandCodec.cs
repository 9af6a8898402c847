using System.Buffers;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Serializers;
using Orleans.Serialization.WireProtocol;

namespace Loupe.Grains.Serialization;

/// <summary>A <see cref="Hand"/> is itself within the process, and null beyond it.</summary>
internal sealed class HandCodec : IGeneralizedCodec, IGeneralizedCopier, ITypeFilter
{
    public bool IsSupportedType(Type type) => typeof(Hand).IsAssignableFrom(type);

    public bool? IsTypeAllowed(Type type) => IsSupportedType(type) ? true : null;

    public object? DeepCopy(object? input, CopyContext context) => input;

    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, object? value)
        where TBufferWriter : IBufferWriter<byte> => ReferenceCodec.WriteNullReference(ref writer, fieldIdDelta);

    public object? ReadValue<TInput>(ref Reader<TInput> reader, Field field) =>
        ReferenceCodec.ReadReference<Hand, TInput>(ref reader, field);
}
